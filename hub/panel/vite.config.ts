import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const hub = process.env.LINKA_PUBLIC_URL ?? "http://127.0.0.1:8700";

export default defineConfig({
  base: "/panel/",
  plugins: [vue()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    __VUE_I18N_FULL_INSTALL__: "true",
    __VUE_I18N_LEGACY_API__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: {
    // Since these versions light-dark() and :has() are native.
    target: ["chrome123", "firefox121", "safari17.5"],
    // Strict CSP: nothing may become a data: address or an inline module.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "/api": hub,
      "/socket.io": { target: hub, ws: true },
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    testTimeout: 5_000,
  },
});
