// Run once on an empty database: the hub's own user, who may do no more than its work in its one database.
db.getSiblingDB("linka").createUser({
  user: "linka",
  pwd: process.env.LINKA_MONGO_PASSWORD,
  roles: [
    { role: "readWrite", db: "linka" },
    { role: "dbAdmin", db: "linka" }, // indexes and migrations
  ],
});
