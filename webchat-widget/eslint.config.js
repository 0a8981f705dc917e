import tseslint from "typescript-eslint";

const HTML = "Words of strangers are shown with textContent only.";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "src/protocol.gen.ts"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      // The compiler already knows every global and every unused name.
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: HTML },
        { property: "outerHTML", message: HTML },
        { property: "insertAdjacentHTML", message: HTML },
      ],
    },
  },
  { files: ["src/**"], rules: { "no-console": "error" } },
);
