"""Storage in MongoDB, by Motor or by PyMongo's own asyncio driver."""

from storage.mongo.opening import MongoStorage, open_storage

__all__ = ["MongoStorage", "open_storage"]
