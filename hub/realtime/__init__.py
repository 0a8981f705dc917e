"""Socket.IO doors: one choke point, three namespaces, one presenter that decides who may see what."""
