/* What core/openapi says of every API: errors, headers, who may ask. */
#include "core/openapi_private.h"

#define REF(kind, name) "{'$ref':'#/components/" kind "/" name "'}"
#define EITHER "{'anyOf':[" REF("schemas", "FieldErrors") "," REF("schemas", "Error") "]}"
#define EITHER_OR_LIST                                                                                                 \
    "{'anyOf':[" REF("schemas", "FieldErrors") "," REF("schemas", "Error") ",{'type':'array','items':" REF(            \
        "schemas", "FieldErrors") "}]}"
#define MESSAGES "{'type':'array','items':{'type':'string'}}"

void site_openapi_refer(site_compose_t *to, const char *name, const char *kind, const char *what) {
    site_compose_object(to, name);
    site_compose_name(to, "$ref");
    site_sink_puts(to->sink, "\"#/components/");
    site_sink_puts(to->sink, kind);
    site_sink_char(to->sink, '/');
    site_sink_puts(to->sink, what);
    site_sink_char(to->sink, '"');
    site_compose_close(to, '}');
}

/* --- answers, headers, parameters --- */

/* The JSON of all of them; an answer's body is written behind. */
typedef struct component_t {
    const char *kind, *name, *json;
} component_t;

#define JSON(schema) "'content':{'application/json':{'schema':" schema "}}"
#define ERROR JSON(REF("schemas", "Error"))
#define RETRY "'headers':{'Retry-After':" REF("headers", "RetryAfter") "},"
#define ANSWER(description, more) "{'description':'" description "'," more "}"
#define HEADER(description, schema) "{'description':'" description "','schema':" schema "}"
#define TEXT "{'type':'string'}"

static const component_t components[SITE_COMPONENT_COUNT] = {
    [SITE_ANSWER_NOT_MODIFIED] =
        {"responses", "NotModified",
         "{'description':'The client has this very representation already (`If-None-Match`).'}"},
    [SITE_ANSWER_BAD_REQUEST] =
        {"responses", "BadRequest",
         ANSWER("A value that cannot be: every parameter or field that is wrong, with what is wrong. Or a request "
                "that cannot be read.",
                JSON(EITHER))},
    [SITE_ANSWER_BAD_LIST] = {"responses", "BadList",
                              ANSWER("As `BadRequest`. If the body is a list, the answer is one, too: `{}` for each "
                                     "item without an error.",
                                     JSON(EITHER_OR_LIST))},
    [SITE_ANSWER_UNAUTHORIZED] = {"responses", "Unauthorized",
                                  ANSWER("Credentials are missing, or wrong.",
                                         "'headers':{'WWW-Authenticate':" REF("headers", "Challenge") "}," ERROR)},
    [SITE_ANSWER_FORBIDDEN] = {"responses", "Forbidden", ANSWER("Not for this caller.", ERROR)},
    [SITE_ANSWER_NOT_FOUND] = {"responses", "NotFound", ANSWER("There is no such row, page or format.", ERROR)},
    [SITE_ANSWER_NOT_ACCEPTABLE] = {"responses", "NotAcceptable",
                                    ANSWER("`Accept` names no representation that there is.", ERROR)},
    [SITE_ANSWER_CONFLICT] = {"responses", "Conflict",
                              ANSWER("Other rows refer to this one, or the database left it as it was.", JSON(EITHER))},
    [SITE_ANSWER_PRECONDITION_FAILED] = {"responses", "PreconditionFailed",
                                         ANSWER("The row is no longer the one that `If-Match` names.", ERROR)},
    [SITE_ANSWER_TOO_LARGE] = {"responses", "TooLarge", ANSWER("The body is longer than this site takes.", ERROR)},
    [SITE_ANSWER_UNSUPPORTED_MEDIA_TYPE] = {"responses", "UnsupportedMediaType",
                                            ANSWER("A body of another type.", ERROR)},
    [SITE_ANSWER_OTHER_REQUEST] = {"responses", "OtherRequest",
                                   ANSWER("The `Idempotency-Key` was used for another request.", ERROR)},
    [SITE_ANSWER_TOO_MANY_REQUESTS] = {"responses", "TooManyRequests",
                                       ANSWER("Too many requests: later.", RETRY ERROR)},
    [SITE_ANSWER_UNAVAILABLE] = {"responses", "Unavailable",
                                 ANSWER("The database cannot be asked at the moment, or took too long.", RETRY ERROR)},
    [SITE_ANSWER_ANY_OTHER] =
        {"responses", "Other",
         ANSWER("Whatever else goes wrong: 405 another method (`Allow` lists them), 408 a body that came too "
                "slowly, 500.",
                ERROR)},
    [SITE_HEADER_ETAG] = {"headers", "ETag",
                          HEADER("The version of this row, for `If-Match` and `If-None-Match`.", TEXT)},
    [SITE_HEADER_LOCATION] = {"headers", "Location",
                              HEADER("The address of the new row.", "{'type':'string','format':'uri'}")},
    [SITE_HEADER_PREFERENCE_APPLIED] = {"headers", "PreferenceApplied",
                                        HEADER("Which preference of `Prefer` was followed.", TEXT)},
    [SITE_HEADER_IDEMPOTENCY_REPLAYED] = {"headers", "IdempotencyReplayed",
                                          HEADER("`true`: the answer to an earlier request with this key.",
                                                 "{'const':'true'}")},
    [SITE_HEADER_CHALLENGE] = {"headers", "Challenge", HEADER("How to say who you are.", TEXT)},
    [SITE_HEADER_RETRY_AFTER] = {"headers", "RetryAfter", HEADER("Seconds to wait.", "{'type':'integer','minimum':1}")},
    [SITE_PARAMETER_PREFER_HANDLING] =
        {"parameters", "PreferHandling",
         "{'name':'Prefer','in':'header','description':'`handling=strict`: what is silently ignored otherwise (unknown "
         "parameters, "
         "empty values ...) is an error that names it.','schema':{'type':'string'}}"},
    [SITE_PARAMETER_PREFER_RETURN] =
        {"parameters", "PreferReturn",
         "{'name':'Prefer','in':'header','description':'`return=minimal`: the answer leaves the row "
         "out.','schema':{'type':'string'}}"},
    [SITE_PARAMETER_IF_NONE_MATCH] =
        {"parameters", "IfNoneMatch",
         "{'name':'If-None-Match','in':'header','description':'An `ETag`: an unchanged row is not "
         "sent again.','schema':{'type':'string'}}"},
    [SITE_PARAMETER_IF_MATCH] =
        {"parameters", "IfMatch",
         "{'name':'If-Match','in':'header','description':'An `ETag`: only the row of this version is "
         "changed.','schema':{'type':'string'}}"},
    [SITE_PARAMETER_IDEMPOTENCY_KEY] =
        {"parameters", "IdempotencyKey",
         "{'name':'Idempotency-Key','in':'header','description':'A word of your own: sent again with the same key, the "
         "request is "
         "carried out only once.','schema':{'type':'string','minLength':1,'maxLength':255}}"},
};

/* What an answer refers to itself. */
static unsigned used_by(site_component_t component) {
    switch (component) {
    case SITE_ANSWER_UNAUTHORIZED:
        return 1u << SITE_HEADER_CHALLENGE;
    case SITE_ANSWER_TOO_MANY_REQUESTS:
    case SITE_ANSWER_UNAVAILABLE:
        return 1u << SITE_HEADER_RETRY_AFTER;
    default:
        return 0;
    }
}

void site_openapi_use(const site_describe_t *describe, const char *name, site_component_t component) {
    *describe->used |= 1u << component | used_by(component);
    site_openapi_refer(describe->to, name, components[component].kind, components[component].name);
}

void site_openapi_components(site_compose_t *to, unsigned used) {
    const char *kind = NULL;
    int i;

    for (i = 0; i < SITE_COMPONENT_COUNT; i++) {
        if (!(used & 1u << i))
            continue;
        if (kind && strcmp(kind, components[i].kind) != 0)
            site_compose_close(to, '}');
        if (!kind || strcmp(kind, components[i].kind) != 0)
            site_compose_object(to, components[i].kind);
        kind = components[i].kind;
        site_compose_json(to, components[i].name, components[i].json);
    }
    if (kind)
        site_compose_close(to, '}');
}

void site_openapi_error_schemas(site_compose_t *to) {
    site_compose_json(to, "Error",
                      "{'title':'Error','description':'What is wrong with the request as a whole.','type':'object',"
                      "'properties':{'detail':{'type':'string'}},'required':['detail']}");
    /* It does not refer to itself, because several generators of clients and tests cannot read that. Three levels are the most that
     * are sent to a query: `filters`, a group, its parameter. */
    site_compose_json(
        to, "FieldErrors",
        "{'title':'Field errors','description':'What is wrong with each parameter or field; `non_field_errors` is "
        "about "
        "several. The elements of a list are named by their numbers, the groups of an expression by their text.',"
        "'type':'object','additionalProperties':{'anyOf':[" MESSAGES
        ",{'type':'object','additionalProperties':{'anyOf':[" MESSAGES
        ",{'type':'object','description':'The same again, one level down.'}]}}]}}");
}

/* --- who may --- */

typedef struct way_t {
    unsigned way;
    const char *name;
    const char *scheme;
    const char *reading, *writing; /* what each takes */
} way_t;

/* The header's own word stands in front of a token: `Token` as Django REST framework's clients say it, `Bearer` as others do. */
static const way_t ways[] = {
    {SITE_OPENAPI_BASIC, "basic", "{'type':'http','scheme':'basic'}", "{'basic':[]}", "{'basic':[]}"},
    {SITE_OPENAPI_DIGEST, "digest", "{'type':'http','scheme':'digest'}", "{'digest':[]}", "{'digest':[]}"},
    {SITE_OPENAPI_TOKEN, "token",
     "{'type':'apiKey','in':'header','name':'Authorization','description':'The word `Token`, a blank, and the token.'}",
     "{'token':[]}", "{'token':[]}"},
    {SITE_OPENAPI_TOKEN, "bearer", "{'type':'http','scheme':'bearer'}", "{'bearer':[]}", "{'bearer':[]}"},
    {SITE_OPENAPI_SESSION, "session",
     "{'type':'apiKey','in':'cookie','name':'sessionid','description':'Made by signing in.'}", "{'session':[]}",
     "{'session':[],'csrf':[]}"},
    {SITE_OPENAPI_SESSION, "csrf",
     "{'type':'apiKey','in':'header','name':'X-CSRFToken','description':'The value of the cookie `csrftoken`: a "
     "session that changes "
     "something needs it.'}",
     NULL, NULL},
};

enum { WAYS = sizeof ways / sizeof *ways };

void site_openapi_security_schemes(site_compose_t *to, const site_openapi_t *openapi) {
    int i;

    if (!(openapi->ways & ~(unsigned)SITE_OPENAPI_ANONYMOUS))
        return;
    site_compose_object(to, "securitySchemes");
    for (i = 0; i < WAYS; i++) {
        if (openapi->ways & ways[i].way)
            site_compose_json(to, ways[i].name, ways[i].scheme);
    }
    site_compose_close(to, '}');
}

void site_openapi_security(site_compose_t *to, const site_openapi_t *openapi, int writing) {
    int i;

    site_compose_list(to, "security");
    if (!writing && openapi->ways & SITE_OPENAPI_ANONYMOUS)
        site_compose_json(to, NULL, "{}");
    for (i = 0; i < WAYS; i++) {
        const char *takes = writing ? ways[i].writing : ways[i].reading;

        if (openapi->ways & ways[i].way && takes)
            site_compose_json(to, NULL, takes);
    }
    site_compose_close(to, ']');
}

const char *site_openapi_conventions(void) {
    return "## Conventions\n\n"
           "* **Filters** are `attribute__lookup=value`; the lookup `exact` is not written. They are joined by AND; of "
           "a repeated one the "
           "last counts; an empty value is no filter; unknown names are ignored.\n"
           "* **Negation:** a `!` behind any filter's name, `name!=Ada`. Rows where the attribute is null are kept.\n"
           "* **Related rows:** every filter of another resource can stand behind the name of the relation and `__`, "
           "over several relations, "
           "too. Those that compare one attribute are listed here; `x-relations` names the operation whose other "
           "filters fit.\n"
           "* **Lists of values** are separated by commas.\n"
           "* **Moments** without an offset are in the time zone of the site. Dates beyond what ISO 8601 says are "
           "PostgreSQL's text: "
           "`infinity`, `0044-03-15 BC`.\n"
           "* **Numbers** that JSON does not know are the texts `NaN`, `Infinity` and `-Infinity`.\n"
           "* **Representations:** the same addresses answer a browser with pages. `.json` behind an address, "
           "`format`, or `Accept` choose.\n"
           "* **Strict:** with `Prefer: handling=strict`, whatever would be ignored is an error.\n\n"
           "What is described here is what the site offers. Whether this caller may do it is another question: "
           "`OPTIONS` answers it.";
}
