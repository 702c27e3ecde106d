"""Numbers and switches as they are written: text that looks like one is not one."""

from typing import Annotated

from pydantic import AllowInfNan, Field, Strict

Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(False)]
Flag = Annotated[bool, Strict()]
Share = Annotated[Number, Field(ge=0, le=1)]
Value = Annotated[Number, Field(ge=-1e300, le=1e300)]
Port = Annotated[Whole, Field(ge=1024, le=65_535)]
Replicas = Annotated[Whole, Field(ge=0, le=1000)]
Windows = Annotated[Whole, Field(ge=1, le=52)]
Rows = Annotated[Whole, Field(ge=1, le=1_000_000_000)]
Percent = Annotated[Whole, Field(ge=1, le=100)]
Money = Annotated[Number, Field(ge=0, le=1e12)]
