/** Addresses of the panel: the list and the conversation are in the URL, so that a reload or a link comes back to them. */
import { createRouter, createWebHistory } from "vue-router";
import { SECTIONS } from "@/knowledge/places";
import { VIEWS } from "@/queue/rows";

const views = VIEWS.join("|");

export const router = createRouter({
  history: createWebHistory("/panel/"),
  routes: [
    { path: "/login", name: "login", component: () => import("@/session/LoginPage.vue") },
    {
      path: `/:view(${views})/:id?/:part(details|order)?`,
      name: "desk",
      component: () => import("@/desk/DeskPage.vue"),
    },
    { path: "/outages/:id?/:part(edit)?", name: "outages", component: () => import("@/outages/OutagesPage.vue") },
    { path: `/knowledge/:section(${SECTIONS.join("|")})?/:id?/:part?`, name: "knowledge", component: () => import("@/knowledge/KnowledgePage.vue") },
    { path: "/:rest(.*)*", redirect: { name: "desk", params: { view: "queue" } } },
  ],
});
