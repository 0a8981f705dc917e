// Before the first paint, so that a dark room stays dark. A file of its own because inline scripts are forbidden.
try {
  const theme = JSON.parse(localStorage.getItem("linka.panel.preferences") || "{}").theme;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage (private mode) or an unreadable value: the system's theme it is.
}
