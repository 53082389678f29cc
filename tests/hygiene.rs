//! Bad input, over every route there is: always a 4xx that says what is wrong, never a 5xx.

use actix_web::http::Method;
use biaogan::routes;
use serde_json::json;

use crate::support::moments::Moment;
use crate::support::world::{World, has_id, replace};
use crate::support::{Answer, TestApp};

/// Routes that take a file instead of JSON.
const UPLOADS: &[&str] = &["attachments", "import", "minute", "paper_sheets", "paper"];

struct Known {
    method: String,
    path: &'static str,
}

fn api_routes(methods: &[Method]) -> Vec<Known> {
    routes::table()
        .into_iter()
        .filter(|route| route.path.starts_with("/api/") && methods.contains(&route.method))
        .filter(|route| route.access != routes::Access::Demo)
        .map(|route| Known {
            method: route.method.to_string(),
            path: route.path,
        })
        .collect()
}

fn takes_json(route: &Known) -> bool {
    !UPLOADS.iter().any(|upload| route.path.ends_with(upload))
}

fn writes() -> Vec<Known> {
    api_routes(&[Method::POST, Method::PUT, Method::PATCH])
}

/// Every error of the API is a problem with a code and the request's id.
#[track_caller]
fn problem(answer: Answer, status: u16) -> Answer {
    let answer = answer.expect(status);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}",
        answer.call
    );
    for name in ["type", "title", "detail", "code"] {
        assert!(
            answer.json[name].is_string(),
            "{}: {}",
            answer.call,
            answer.text
        );
    }
    assert_eq!(answer.json["status"], status, "{}", answer.call);
    assert_eq!(
        answer.json["request_id"],
        answer.header("x-request-id"),
        "{}",
        answer.call
    );
    answer
}

#[test]
fn a_body_that_is_no_json_is_400() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    for route in writes().iter().filter(|route| takes_json(route)) {
        let path = world.fill(route.path);
        let deep = "[".repeat(5_000);
        for broken in [
            "{\"title\":",
            "{} {}",
            "{'a':1}",
            "\u{feff}{}",
            deep.as_str(),
        ] {
            let answer = office.send(
                &route.method,
                &path,
                &[("Content-Type", "application/json")],
                broken.as_bytes(),
            );
            problem(answer, 400);
        }
        let not_utf8 = b"{\"title\":\"\xff\xfe\"}";
        let json = [("Content-Type", "application/json")];
        let answer = office.send(&route.method, &path, &json, not_utf8);
        assert!((400..=422).contains(&answer.status), "{}", answer.call);
    }
}

#[test]
fn another_content_type_is_415() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    for route in writes() {
        let path = world.fill(route.path);
        let text = [("Content-Type", "text/plain")];
        let answer = office.send(&route.method, &path, &text, b"title=a");
        if takes_json(&route) {
            problem(answer, 415);
        } else {
            // What the file is for is looked up first.
            assert!([404, 415].contains(&answer.status), "{}", answer.call);
        }
    }
}

#[test]
fn unknown_fields_and_wrong_types_are_422_and_named() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    let json = [("Content-Type", "application/json"), ("If-Match", "\"v1\"")];
    for route in writes().iter().filter(|route| takes_json(route)) {
        let path = world.fill(route.path);
        let body = json!({ "no_such_field": 1 }).to_string();
        let answer = office.send(&route.method, &path, &json, body.as_bytes());
        problem(answer, 422).invalid("no_such_field");
        for wrong in ["[1,2]", "\"text\"", "12", "null", "true"] {
            let answer = office.send(&route.method, &path, &json, wrong.as_bytes());
            problem(answer, 422);
        }
    }
}

#[test]
fn nul_characters_are_refused_wherever_they_come() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    let json = [("Content-Type", "application/json"), ("If-Match", "\"v1\"")];
    for route in writes().iter().filter(|route| takes_json(route)) {
        let path = world.fill(route.path);
        let body = "{\"title\":\"a\\u0000b\"}";
        let answer = office.send(&route.method, &path, &json, body.as_bytes());
        problem(answer, 422).invalid("title");
    }
    let nested = "{\"username\":\"office\",\"password\":[{\"x\":\"\\u0000\"}]}";
    let answer = office.send("POST", "/api/v1/session", &json, nested.as_bytes());
    problem(answer, 422).invalid("password[0][x]");
    for route in api_routes(&[Method::GET]) {
        let path = replace(route.path, |_, _| "a%00b".to_owned());
        let answer = office.get(&format!("{path}?cursor=%00&limit=1"));
        if path.contains("%00") {
            problem(answer, 404);
        } else {
            assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
        }
    }
    app.visitor()
        .post_raw("/login", &[("username", "a\0b"), ("password", "x")])
        .expect(422);
    app.visitor().get("/cases?cursor=%00").expect(422);
}

#[test]
fn a_body_of_3_mb_is_413() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    let body = json!({ "title": "长".repeat(1024 * 1024) }).to_string();
    for route in writes().iter().filter(|route| takes_json(route)) {
        let answer = office.send(
            &route.method,
            &world.fill(route.path),
            &[("Content-Type", "application/json")],
            body.as_bytes(),
        );
        problem(answer, 413);
    }
}

#[test]
fn an_edit_says_which_version_it_edits() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    for route in api_routes(&[Method::PUT, Method::PATCH]) {
        let path = world.fill(route.path);
        let json = [("Content-Type", "application/json")];
        let answer = office.send(&route.method, &path, &json, b"{}");
        // An empty body may be wrong, or the subject unknown, before the header is missed.
        assert!(
            [428, 422, 404].contains(&answer.status),
            "{}: {} {}",
            answer.call,
            answer.status,
            answer.text
        );
        let made_up = [
            ("Content-Type", "application/json"),
            ("If-Match", "W/\"x\""),
        ];
        problem(office.send(&route.method, &path, &made_up, b"{}"), 409);
    }
}

#[test]
fn lists_refuse_made_up_cursors_limits_and_keys() {
    let app = TestApp::start();
    let world = World::default();
    let mut lists = 0;
    for route in api_routes(&[Method::GET]) {
        let path = world.fill(route.path);
        for who in ["office", "auditadmin", "sysadmin"] {
            let client = app.api(who);
            let answer = client.get(&path);
            if answer.status != 200 || answer.json.get("next_cursor").is_none() {
                continue;
            }
            lists += 1;
            for (query, field) in [
                ("cursor=4d-00000000", "cursor"),
                ("cursor=%E6%A0%87", "cursor"),
                ("limit=0", "limit"),
                ("limit=201", "limit"),
                ("limit=-1", "limit"),
                ("limit=abc", "limit"),
                ("limit=99999999999999999999", "limit"),
                ("sort=no_such_key", "sort"),
                ("no_such_key=1", "no_such_key"),
            ] {
                problem(client.get(&format!("{path}?{query}")), 422).invalid(field);
            }
            client.get(&format!("{path}?limit=200")).expect(200);
        }
    }
    assert!(lists > 1, "no list was found");
}

#[test]
fn an_id_that_is_none_is_404() {
    let app = TestApp::start();
    let office = app.api("office");
    let browser = app.browser("office");
    for route in routes::table() {
        if !has_id(route.path) {
            continue;
        }
        for id in [
            "abc",
            "-1",
            "0",
            "99999999999999999999",
            "1.5",
            "%F0%9F%8F%AE",
        ] {
            let path = replace(route.path, |_, variable| {
                if variable == "step" {
                    "initiation".to_owned()
                } else {
                    id.to_owned()
                }
            });
            if route.method == Method::GET && route.path.starts_with("/api/") {
                problem(office.get(&path), 404);
            } else if route.method == Method::GET {
                browser.get(&path).expect(404);
            }
        }
    }
}

#[test]
fn a_wrong_method_is_405_and_names_the_right_ones() {
    let app = TestApp::start();
    let office = app.api("office");
    let world = World::default();
    let table = routes::table();
    for route in &table {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let known = table
                .iter()
                .any(|other| other.path == route.path && other.method == method);
            if known {
                continue;
            }
            let answer = office.send(method.as_str(), &world.fill(route.path), &[], &[]);
            let answer = if route.path.starts_with("/api/") {
                problem(answer, 405)
            } else {
                answer.expect(405)
            };
            assert!(
                answer.header("allow").contains(route.method.as_str()),
                "{} allows {:?}",
                answer.call,
                answer.header("allow")
            );
        }
    }
    problem(office.get("/api/v1/no/such/thing"), 404);
    office.get("/no/such/page").expect(404).contains("没有找到");
}

#[test]
fn head_is_answered_as_get_is_but_for_the_body() {
    let (app, world) = Moment::Shown.start();
    let (office, browser) = (app.api("office"), app.browser("office"));
    let mut found = 0;
    for route in routes::table() {
        if route.method != Method::GET {
            continue;
        }
        let path = match route.path {
            "/static/{name}" => "/static/app.css".to_owned(),
            pattern => world.fill(pattern),
        };
        let ask = |method: &str| match route.path.starts_with("/api/") {
            true => office.send(method, &path, &[], &[]),
            false => browser.send(method, &path, &[], &[]),
        };
        let (get, head) = (ask("GET"), ask("HEAD"));
        assert!(head.bytes.is_empty(), "{}: {}", head.call, head.text);
        assert_eq!(head.status, get.status, "{}", head.call);
        found += usize::from(get.status == 200);
        for (name, value) in &get.headers {
            // What is new with each request, or changes with what was counted until then.
            let own = ["date", "x-request-id", "set-cookie"].contains(&name.as_str());
            if !own && path != "/metrics" {
                assert_eq!(head.headers.get(name), Some(value), "{} {name}", head.call);
            }
        }
    }
    assert!(found > 60, "{found} of the addresses answer");
    let refused = app.client().send("HEAD", "/login/no", &[], &[]);
    assert_eq!((refused.status, refused.bytes.len()), (404, 0));
    app.client().send("HEAD", "/logout", &[], &[]).expect(405);
    let allowed = app.client().send("POST", "/healthz", &[], &[]).expect(405);
    assert_eq!(allowed.header("allow"), "GET, HEAD");
}

#[test]
fn every_answer_carries_the_security_headers() {
    let app = TestApp::start();
    let visitor = app.visitor();
    let world = World::default();
    let mut paths: Vec<String> = routes::table()
        .iter()
        .filter(|route| route.method == Method::GET)
        .map(|route| world.fill(route.path))
        .collect();
    paths.push("/no/such/page".to_owned());
    for path in paths {
        let answer = visitor.get(&path);
        assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("x-request-id").len() >= 8, "{path}");
    }
}

#[test]
fn a_form_needs_its_token() {
    let app = TestApp::start();
    let browser = app.browser("yunwei");
    browser.post_raw("/logout", &[]).expect(403);
    browser.post_raw("/logout", &[("csrf", "0")]).expect(403);
    browser.get("/home").expect(200);
    let token = browser.csrf("/home");
    browser.post_raw("/logout", &[("csrf", &token)]).expect(303);
    let answer = browser.get("/home").expect(303);
    assert_eq!(answer.header("location"), "/login?next=%2Fhome");
}

#[test]
fn a_request_id_is_kept_if_it_is_sound() {
    let app = TestApp::start();
    let ask = |id: &str| {
        let answer = app
            .client()
            .send("GET", "/healthz", &[("X-Request-Id", id)], &[]);
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(ask("proxy-12345678"), "proxy-12345678");
    assert_ne!(
        ask("<script>alert(1)</script>"),
        "<script>alert(1)</script>"
    );
}
