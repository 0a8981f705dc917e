import { defineConfig } from "vite";

/** The one script of the host page: dist/loader.js, a classic script so that `document.currentScript` names its origin. */
export default defineConfig({
  build: {
    target: "es2020",
    emptyOutDir: false,
    lib: { entry: "src/loader/main.ts", formats: ["iife"], name: "LinkaLoader", fileName: () => "loader.js" },
  },
});
