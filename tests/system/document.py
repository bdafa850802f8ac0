"""openapi.yaml as a judge of answers."""

import os
import re

import jsonschema
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = os.path.join(ROOT, "src", "api", "openapi.yaml")

# On every answer, whatever it is.
COMMON_HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self'; style-src 'self'; "
                               "require-trusted-types-for 'script'; trusted-types svelte-trusted-html; "
                               "img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Document:
    def __init__(self, path=PATH):
        with open(path, encoding="utf-8") as stream:
            self.tree = yaml.safe_load(stream)

    def resolve(self, node):
        while "$ref" in node:
            found = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operations(self):
        """(method, path, operation) for each."""
        for path, item in self.tree["paths"].items():
            for method, operation in item.items():
                yield method.upper(), path, operation

    def operation(self, method, path):
        return self.tree["paths"][path][method.lower()]

    def validate(self, schema, value):
        """Raises jsonschema.ValidationError."""
        rooted = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema,
                  "components": self.tree["components"]}
        checker = jsonschema.FormatChecker()
        jsonschema.Draft202012Validator(rooted, format_checker=checker).validate(value)

    def body_schema(self, operation):
        """The schema of a JSON request body, resolved, or None."""
        body = operation.get("requestBody")
        return self.resolve(body["content"]["application/json"]["schema"]) if body else None

    def complaints(self, method, path, answer):
        """What of `answer` the document does not say, as sentences."""
        found = []
        for name, value in COMMON_HEADERS.items():
            if answer.headers.get(name) != value:
                found.append(f"{name} is {answer.headers.get(name)!r}")
        described = self.operation(method, path)["responses"].get(str(answer.status))
        if described is None:
            return found + [f"status {answer.status} is not described"]
        described = self.resolve(described)
        for name, header in described.get("headers", {}).items():
            header = self.resolve(header)
            value = answer.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    found.append(f"the header {name} is missing")
                continue
            found += self._schema_complaints(f"the header {name}", header["schema"], value)
        content = described.get("content")
        if not content:
            if answer.body:
                found.append("there is a body")
            return found
        if answer.content_type not in content:
            return found + [f"the content type is {answer.content_type!r}"]
        schema = content[answer.content_type]["schema"]
        value = answer.json if answer.content_type.endswith("json") else answer.body.decode()
        found += self._schema_complaints("the body", schema, value)
        if answer.content_type == "application/problem+json" and value["status"] != answer.status:
            found.append("the problem's status is another")
        return found

    def _schema_complaints(self, what, schema, value):
        try:
            self.validate(schema, value)
            return []
        except jsonschema.ValidationError as error:
            return [f"{what}: {error.json_path}: {error.message[:300]}"]


def concrete(path, **values):
    """`path` with its placeholders filled."""
    return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), path)
