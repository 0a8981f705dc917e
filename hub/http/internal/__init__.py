"""``/internal/``: what Rasa's actions ask, a thin module a noun. Every route asks for the service token."""

from hub.http.internal import cases, catalogue, hours, orders, places

routes = [*cases.routes, *catalogue.routes, *hours.routes, *orders.routes, *places.routes]
