#!/usr/bin/python3
"""Fails the build where the route table, the error codes, openapi.yaml and the documents disagree.

usage: check_api.py ROUTES_CPP PERMISSION_H ERROR_CPP PERMISSIONS_MD PROTOCOL_MD OPENAPI_YAML [--stamp FILE]

Needs nothing but Python: it reads the few line shapes that these files keep to, and says so where one does not.
"""

import argparse
import re
import sys


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def routes_of(routes_cpp, permission_h):
    """(method, pattern) -> the action's name, from the table in routes.cpp."""
    names = dict(re.findall(r"ActionRow\{Action::(k\w+), \"(\w+)\"", permission_h))
    table = re.findall(r"Route\{Method::k(\w+), \"([^\"]+)\", Action::(k\w+)", routes_cpp)
    if len(table) != len(re.findall(r"\bRoute\{Method", routes_cpp)) or not table:
        sys.exit("check_api.py: routes.cpp has a route that this script cannot read")
    return {(method.upper(), pattern): names[action] for method, pattern, action in table}


def rows_of(permissions_md):
    """(method, pattern) -> the action's name, from the rows of the table."""
    rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \| (\w+) \|", permissions_md, re.MULTILINE)
    return {(method, pattern): action for method, pattern, action in rows}


def operations_of(openapi):
    """The set of (method, path) that openapi.yaml describes."""
    found = set()
    path = None
    inside = False
    for line in openapi.splitlines():
        if re.match(r"\S", line):
            inside = line.startswith("paths:")
        elif inside and (match := re.match(r"  (/\S*):\s*$", line)):
            path = match[1]
        elif inside and (match := re.match(r"    (get|put|post|patch|delete):\s*$", line)):
            found.add((match[1].upper(), path))
    return found


def codes_of(error_cpp):
    """The codes that may be answers: all but those of the inside."""
    return set(re.findall(r"return \"(\w+)\";", error_cpp)) - {"gone", "ahead"}


def described_codes_of(openapi):
    match = re.search(r"\n    ErrorCode:\n(?:      (?!enum).*\n)*      enum:\n((?:        - \w+\n)+)", openapi)
    if not match:
        sys.exit("check_api.py: openapi.yaml has no list of error codes")
    return set(re.findall(r"- (\w+)", match[1]))


def main():
    parser = argparse.ArgumentParser()
    for name in ["routes_cpp", "permission_h", "error_cpp", "permissions_md", "protocol_md", "openapi_yaml"]:
        parser.add_argument(name)
    parser.add_argument("--stamp")
    options = parser.parse_args()
    routes = routes_of(read(options.routes_cpp), read(options.permission_h))
    rows = rows_of(read(options.permissions_md))
    openapi = read(options.openapi_yaml)
    operations = operations_of(openapi)
    # A static file, and not one of the routes.
    static = {("GET", "/api/openapi.yaml")}

    problems = []
    for route in sorted(set(routes) - set(rows)):
        problems.append("docs/permissions.md has no row for " + " ".join(route))
    for route in sorted(set(rows) - set(routes)):
        problems.append("docs/permissions.md has a row for " + " ".join(route) + ", which is no route")
    for route in sorted(set(rows) & set(routes)):
        if rows[route] != routes[route]:
            problems.append(f"docs/permissions.md calls {' '.join(route)} {rows[route]}, not {routes[route]}")
    for route in sorted(set(routes) - operations):
        problems.append("openapi.yaml does not describe " + " ".join(route))
    for route in sorted(operations - set(routes) - static):
        problems.append("openapi.yaml describes " + " ".join(route) + ", which is no route")
    codes, described = codes_of(read(options.error_cpp)), described_codes_of(openapi)
    for code in sorted(codes - described):
        problems.append(f"openapi.yaml does not list the error code {code}")
    for code in sorted(described - codes):
        problems.append(f"openapi.yaml lists the error code {code}, which no Errc has")
    protocol = read(options.protocol_md)
    for code in sorted(codes):
        if f"`{code}`" not in protocol:
            problems.append(f"docs/protocol.md does not explain the error code {code}")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    if options.stamp:
        with open(options.stamp, "w", encoding="utf-8"):
            pass


if __name__ == "__main__":
    main()
