"""The JSON Schema of scenario files, for editors: completion, hover texts, squiggles.

It is pydantic's own of the scenario's blocks, widened by what a file may say in short:
a number for a path or a step, months alone, a table beside the file, null to take away.
What relates several values (dates within the run, names of evidence) only
`muster check` can tell. ODD III.i.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import create_model
from pydantic.json_schema import GenerateJsonSchema, JsonRef
from pydantic_core import core_schema

from model.channels import channel_settings
from model.fields.dated import Cited, DatedValue, Frozen, MonthText
from model.scenario import Scenario
from scenarios.format.places import places
from scenarios.format.table_values import KEYS

Schema = dict[str, Any]
_NULL: Schema = {"type": "null"}
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"
_CHECKS_MONTH = get_args(MonthText)[1].func
_TABLE_BESIDE: Schema = {
    "description": "A table beside this file; see docs on tables.",
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in KEYS},
        "where": {"type": "object", "additionalProperties": {"type": "string"}},
        "cumulative": {"type": "boolean"},
    },
    "required": ["csv", "unit"],
    "additionalProperties": False,
}


def scenario_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    # Channels are found by their modules, so the class of a scenario cannot name them.
    blocks = {
        name: (type(found), found) for name, found in channel_settings({}).items()
    }
    channels = create_model("Channels", __base__=Frozen, **blocks)  # type: ignore[call-overload]  # blocks by name
    whole = create_model("File", __base__=Scenario, channels=(channels, ...))
    made = whole.model_json_schema(schema_generator=_ShortForms)
    bonus = made["$defs"]["RegionalBonus"]["properties"]
    row = bonus["by_region"]["anyOf"][1]["additionalProperties"]
    districts = [place.code for place in places() if place.kind == "district"]
    bonus["by_district"] = {
        "description": "The same for every region of a federal district; a region's "
        "own goes first.",
        "anyOf": [_TABLE_BESIDE, _named(districts, row)],
    }
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **made,
        "title": "Muster scenario",
        "description": "A header, and then only what differs from what it extends.",
        "required": ["title"],
    }


class _ShortForms(GenerateJsonSchema):
    """Pydantic's generator, which does not see what validators accept beforehand."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave out titles: they would repeat the keys."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Tell the defaults of single values; blocks tell those of their members."""
        made = super().default_schema(schema)
        if isinstance(made.get("default"), dict | list):
            del made["default"]
        return made

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        """Widen steps and paths by their short forms."""
        model, made = schema["cls"], super().model_schema(schema)
        if issubclass(model, Cited):
            return {"anyOf": [made["properties"]["value"], made]}
        if issubclass(model, DatedValue):
            text = made.pop("description").partition("\n")[0]
            steps = made["properties"][model.unit]["anyOf"]
            parts = made | {"minProperties": 1, "required": []}
            return {
                "description": f"{text} In {model.unit}.",
                "anyOf": [*steps, parts, _TABLE_BESIDE],
            }
        return made

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> Schema:
        """Say how a month is written."""
        made = super().function_after_schema(schema)
        is_month = schema["function"]["function"] is _CHECKS_MONTH
        return made | {"pattern": _MONTH} if is_month else made

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        """Let null take rows and months away, and a number stand for all months."""
        item = self.generate_inner(schema["values_schema"])
        at = item.get("$ref")
        defined = (at and self.get_schema_from_definitions(JsonRef(at))) or item
        forms = defined.get("anyOf", [item])
        row: Schema = {"anyOf": [item, _NULL]}
        rows: Schema = {"type": "object", "additionalProperties": row}
        keys: Any = schema["keys_schema"]
        if keys.get("function", {}).get("function") is _CHECKS_MONTH:
            rows |= {"propertyNames": {"pattern": _MONTH}}
            rows |= {"minProperties": schema.get("min_length", 0)}
            return {"anyOf": [forms[0], rows]}
        if keys["type"] == "literal":
            rows = _named(keys["expected"], row)
        return {"anyOf": [_TABLE_BESIDE, rows]} if _TABLE_BESIDE in forms else rows


def _named(names: list[str], row: Schema) -> Schema:
    properties = dict.fromkeys(names, row)
    return {"type": "object", "properties": properties, "additionalProperties": False}
