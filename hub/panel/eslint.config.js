import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";
import vueParser from "vue-eslint-parser";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "public/", "src/protocol.gen.ts"] },
  ...tseslint.configs.recommended,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, sourceType: "module" } },
  },
  {
    rules: {
      // The compiler already knows every global and every unused name.
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": "off",
      // Layout is a matter of taste, not of correctness.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/attributes-order": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/first-attribute-linebreak": "off",
      // Props with TypeScript types need no default to be optional.
      "vue/require-default-prop": "off",
      "vue/multi-word-component-names": "off",
      // Words of strangers are shown with textContent only.
      "vue/no-v-html": "error",
    },
  },
);
