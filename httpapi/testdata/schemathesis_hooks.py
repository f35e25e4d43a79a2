"""What in an address is as allowed as what the document says, and so is no wrong request:
no value is an empty one, and one value is a list of one."""

import schemathesis

LISTS = {"facet", "fields"} | {
    name + end
    for name in ("person", "place", "org", "date", "mentioned", "source", "lang")
    for end in ("", "!")
}


@schemathesis.hook
def filter_query(context, query):
    return not any(
        value in (None, [], {}) or name in LISTS and not isinstance(value, list)
        for name, value in (query or {}).items()
    )
