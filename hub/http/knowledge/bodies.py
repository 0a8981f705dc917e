"""What the bodies of requests about the knowledge have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DraftVersion = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
"""Of the draft that was looked at; 0 while there is none."""


class Body(BaseModel):
    """With the fields that are named, and no others."""

    model_config = ConfigDict(extra="forbid")
