import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { i18n } from "./words";
import "./design/tokens.css";
import "./design/base.css";
import "./design/menu.css";

createApp(App).use(createPinia()).use(i18n).use(router).mount("#app");
