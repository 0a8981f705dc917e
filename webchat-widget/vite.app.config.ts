import { defineConfig } from "vite";

/** The chat in the iframe: dist/index.html and dist/assets/, served under /widget/{inbox}/ and /widget/assets/. */
export default defineConfig({
  base: "/widget/",
  build: {
    target: "es2022",
    modulePreload: false,
    // Assets stay files: the page's CSP allows no inline script or style.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { entryFileNames: "assets/[name]-[hash].js" } },
  },
});
