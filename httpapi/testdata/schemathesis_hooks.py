"""What in an address can't be told from what the document allows is no wrong request: lists
stand in it one value after the other, and what is neither text, number nor truth is empty."""

import schemathesis

LISTS = {"facet", "fields"} | {
    name + end
    for name in ("person", "place", "org", "date", "mentioned", "source", "lang")
    for end in ("", "!")
}


@schemathesis.hook
def filter_query(context, query):
    return all(
        isinstance(value, list if name in LISTS else (str, int, float, bool))
        for name, value in (query or {}).items()
    )
