//! The OpenAPI document, made from the routes of the rooms: each says what it takes and answers, by its types.

pub mod docs;
mod flat;
mod instants;
pub mod room;

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::{Modify, OpenApi};

use crate::error::Result;
use crate::web::packed::Packed;
use crate::web::{Access, Room};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "标杆 Biaogan API",
        description = "Ids are integers of at most 53 bits. Instants are RFC 3339 in UTC, dates YYYY-MM-DD. Marks are numbers with at most \
            two decimals; more is refused, not rounded. Money is in 分. Unknown fields, parameters and sort keys are refused. \
            Lists give `items` and `next_cursor`; pass it as `cursor` for the next page, `limit` is at most 200. \
            Readings of one subject carry an `ETag`; `PUT` and `PATCH` need it back as `If-Match`. \
            A `POST` with an `Idempotency-Key` may be repeated safely: for thirty days the same key and body give the first answer, at the same moment too. \
            Errors are `application/problem+json` with a stable `code`, the request's id and, for 422, what is wrong with each field.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    security(("bearer" = [])),
    components(schemas(crate::web::errors::Problem)),
    modifiers(&Bearer),
)]
struct Frame;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        scheme.description = Some("The token of POST /api/v1/session.".to_owned());
        document
            .components
            .get_or_insert_default()
            .security_schemes
            .insert("bearer".to_owned(), SecurityScheme::Http(scheme).into());
    }
}

/// The whole document.
pub fn document() -> Document {
    let mut document = Frame::openapi();
    for room in crate::rooms::ALL {
        describe(&mut document, room);
    }
    document.tags = Some(tags());
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document
}

/// One a room that has calls; two rooms may share a name.
fn tags() -> Vec<Tag> {
    let called = |room: &&&Room| (room.routes)().iter().any(|route| route.doc.is_some());
    let mut tags: Vec<Tag> = crate::rooms::ALL
        .iter()
        .filter(called)
        .map(|room| {
            TagBuilder::new()
                .name(room.name)
                .description(Some(room.title))
                .build()
        })
        .collect();
    tags.dedup_by(|one, before| one.name == before.name);
    tags
}

/// Adds the calls of a room's own routes.
fn describe(document: &mut Document, room: &Room) {
    for route in (room.routes)() {
        let open = route.access != Access::Person;
        if let Some(doc) = route.doc {
            doc.add_to(document, route.method.as_str(), route.path, room.name, open);
        }
    }
}

static JSON: LazyLock<Result<String, String>> = LazyLock::new(|| {
    let text = document().to_json().map_err(|error| error.to_string())?;
    let mut value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    flat::lay(&mut value);
    name_problems(&mut value);
    add_common_refusals(&mut value);
    instants::spell_out(&mut value);
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
});

/// What the shared layer may answer to any operation, where its handler does not say so itself: a body that cannot be
/// read, a field that is wrong, no login or no right to it, too many requests from where no login is needed.
fn add_common_refusals(document: &mut serde_json::Value) {
    let Some(paths) = document
        .get_mut("paths")
        .and_then(serde_json::Value::as_object_mut)
    else {
        return;
    };
    for (path, item) in paths {
        let limited =
            path.contains("/public/") || path.contains("{code}") || path.ends_with("/session");
        for operation in item
            .as_object_mut()
            .into_iter()
            .flat_map(|item| item.values_mut())
        {
            let has_body = operation.get("requestBody").is_some();
            let has_query = operation
                .get("parameters")
                .and_then(serde_json::Value::as_array)
                .is_some_and(|all| {
                    all.iter()
                        .any(|one| one.get("in").is_some_and(|place| place == "query"))
                });
            let has_login = operation.get("security").is_none();
            let Some(responses) = operation
                .get_mut("responses")
                .and_then(serde_json::Value::as_object_mut)
            else {
                continue;
            };
            for (status, applies) in [
                ("401", has_login),
                ("403", has_login),
                ("400", has_body),
                ("413", has_body),
                ("415", has_body),
                ("422", has_body || has_query),
                ("429", limited),
            ] {
                if applies && !responses.contains_key(status) {
                    responses.insert(
                        status.to_owned(),
                        serde_json::json!({
                            "description": "",
                            "content": { "application/problem+json": {
                                "schema": { "$ref": "#/components/schemas/Problem" }
                            } },
                        }),
                    );
                }
            }
        }
    }
}

/// Every refusal is problem+json, whichever handler describes it.
fn name_problems(document: &mut serde_json::Value) {
    let operations = document
        .get_mut("paths")
        .and_then(serde_json::Value::as_object_mut)
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(serde_json::Value::as_object_mut)
        .flat_map(|item| item.values_mut());
    for operation in operations {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(serde_json::Value::as_object_mut)
        else {
            continue;
        };
        for (status, response) in responses {
            let refused = status.starts_with('4') || status.starts_with('5');
            if let Some(content) = response
                .get_mut("content")
                .and_then(serde_json::Value::as_object_mut)
                && refused
                && let Some(problem) = content.remove("application/json")
            {
                content.insert("application/problem+json".to_owned(), problem);
            }
        }
    }
}

/// The document as text.
pub fn json() -> anyhow::Result<&'static str> {
    JSON.as_deref()
        .map_err(|error| anyhow::anyhow!("the OpenAPI document: {error}"))
}

static SENT: LazyLock<Result<Packed, String>> = LazyLock::new(|| {
    let text = JSON.as_deref().map_err(Clone::clone)?;
    Packed::new(text).map_err(|error| error.to_string())
});

/// `GET /api/openapi.json`
pub async fn serve(req: HttpRequest) -> Result<HttpResponse> {
    let sent = SENT
        .as_ref()
        .map_err(|error| anyhow::anyhow!("the OpenAPI document: {error}"))?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    Ok(sent.answer(&req, response))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::web::Doc;

    #[test]
    fn the_document_and_the_routes_say_the_same() {
        let document: serde_json::Value = serde_json::from_str(json().unwrap()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                    described.insert(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
        let routed: BTreeSet<String> = crate::routes::table()
            .iter()
            .filter(|route| route.path.starts_with("/api/v1/"))
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        let undescribed: Vec<_> = routed.difference(&described).collect();
        let unrouted: Vec<_> = described.difference(&routed).collect();
        assert!(
            undescribed.is_empty(),
            "not in the document: {undescribed:#?}"
        );
        assert!(unrouted.is_empty(), "not in the routes: {unrouted:#?}");
    }

    #[test]
    fn one_name_is_one_schema() {
        let mut known: BTreeMap<String, serde_json::Value> = BTreeMap::new();
        for route in crate::routes::table() {
            for (name, schema) in route.doc.iter().flat_map(Doc::schemas) {
                let schema = serde_json::to_value(schema).unwrap();
                let earlier = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*earlier, schema, "two schemas are called {name}");
            }
        }
        assert!(known.len() > 100, "the schemas were not found");
    }

    #[test]
    fn who_needs_no_login_is_said() {
        let document: serde_json::Value = serde_json::from_str(json().unwrap()).unwrap();
        for route in crate::routes::table() {
            if !route.path.starts_with("/api/v1/") || route.access == crate::routes::Access::Demo {
                continue;
            }
            let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
            let open = operation["security"] == serde_json::json!([{}]);
            assert_eq!(
                open,
                route.access == crate::routes::Access::Public,
                "{} {}: security(()) and Access differ",
                route.method,
                route.path
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = json().unwrap();
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let missing: BTreeSet<&str> = text
            .split("\"#/components/schemas/")
            .skip(1)
            .filter_map(|part| part.split('"').next())
            .filter(|name| !document["components"]["schemas"][name].is_object())
            .collect();
        assert!(missing.is_empty(), "not there: {missing:?}");
    }
}
