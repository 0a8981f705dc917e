"""Starting Linka on one machine: environments, builds, child processes and the `linka` command."""
