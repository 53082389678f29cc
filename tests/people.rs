//! Organizations, accounts and roles; the pages that every person has.

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

fn organization(client: &Client, code: &str) -> Value {
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("/api/v1/organizations?limit=200{cursor}"))
            .expect(200);
        if let Some(found) = page.items().iter().find(|item| item["code"] == code) {
            return found.clone();
        }
        let next = page.json["next_cursor"]
            .as_str()
            .unwrap_or_else(|| panic!("no {code}"));
        cursor = format!("&cursor={next}");
    }
}

fn person(client: &Client, q: &str) -> Value {
    let page = client.get(&format!("/api/v1/users?q={q}")).expect(200);
    assert_eq!(page.items().len(), 1, "{q}: {}", page.text);
    page.items()[0].clone()
}

fn no_findings(app: &TestApp) {
    let findings = biaogan::check::run(&app.app.db).unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn the_tree_is_shown_to_its_people_and_pages_by_key() {
    let app = TestApp::start();
    let yunwei = app.api("yunwei");
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = yunwei
            .get(&format!("/api/v1/organizations?limit=7{cursor}"))
            .expect(200);
        seen.extend(page.items().iter().map(|item| item["id"].as_i64().unwrap()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = yunwei.get("/api/v1/organizations?limit=200").expect(200);
    let all: Vec<i64> = whole
        .items()
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect();
    assert_eq!(seen, all);
    assert!(all.len() > 20);
    app.client()
        .get("/api/v1/organizations")
        .refused(401, "unauthorized");
    yunwei
        .get("/api/v1/organizations?sort=name")
        .invalid("sort");
    yunwei
        .get("/api/v1/organizations?cursor=made-up")
        .invalid("cursor");
    yunwei
        .get("/api/v1/organizations?limit=201")
        .invalid("limit");
    no_findings(&app);
}

#[test]
fn organizations_are_made_and_changed_by_the_system_administrator() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX");
    let input = json!({
        "parent_id": root["id"], "kind": "branch", "name": "国网唐县供电公司数字化党支部", "short_name": "数字化党支部", "code": "TX-SZ",
    });
    app.api("office")
        .post("/api/v1/organizations", input.clone())
        .refused(403, "role_required");
    let made = sysadmin
        .post_once("/api/v1/organizations", "one", input.clone())
        .expect(201);
    sysadmin
        .post_once("/api/v1/organizations", "one", input.clone())
        .expect(201);
    assert_eq!(made.json["committee_id"], root["id"]);
    assert_eq!(
        made.json["path"],
        format!("{}{}/", root["path"].as_str().unwrap(), made.json["id"])
    );
    sysadmin
        .post("/api/v1/organizations", input)
        .invalid("code");
    let under = |parent: &Value, kind: &str, code: &str| {
        sysadmin.post(
            "/api/v1/organizations",
            json!({ "parent_id": parent, "kind": kind, "name": "甲", "short_name": "甲", "code": code }),
        )
    };
    under(&made.json["id"], "branch", "TX-SZ-1").invalid("kind");
    under(&json!(1), "branch", "TX-SZ-1").invalid("parent_id");
    under(&made.json["id"], "group", "唐县").invalid("code");
    under(&Value::Null, "committee", "XX").invalid("parent_id");
    let below = under(&root["id"], "committee", "TX-XZ").expect(201);
    assert_eq!(below.json["committee_id"], below.json["id"]);

    let path = format!("/api/v1/organizations/{}", made.json["id"]);
    let read = sysadmin.get(&path).expect(200);
    assert_eq!(read.version(), 1);
    sysadmin
        .send(
            "PATCH",
            &path,
            &[("Content-Type", "application/json")],
            b"{\"position\":3}",
        )
        .refused(428, "if_match_required");
    let changed = sysadmin
        .patch(&path, 1, json!({ "short_name": "数字支部" }))
        .expect(200);
    assert_eq!(changed.json["name"], "国网唐县供电公司数字化党支部");
    assert_eq!(changed.version(), 2);
    sysadmin
        .patch(&path, 1, json!({ "short_name": "别的名字" }))
        .refused(409, "version_conflict");
    app.api("secadmin")
        .patch(&path, 2, json!({ "short_name": "别的名字" }))
        .refused(403, "role_required");
    no_findings(&app);
}

#[test]
fn an_account_is_made_granted_a_role_and_ended() {
    let app = TestApp::start();
    let (sysadmin, secadmin) = (app.api("sysadmin"), app.api("secadmin"));
    let branch = organization(&sysadmin, "TX-YW");
    let input = json!({
        "organization_id": branch["id"], "staff_number": "TX9001", "name": "田野", "post": "技术员",
        "username": "tianye", "password": "Correct#Horse2",
    });
    let with = |field: &str, value: Value| {
        let mut changed = input.clone();
        changed[field] = value;
        sysadmin.post("/api/v1/users", changed)
    };
    with("password", json!("short")).invalid("password");
    with("password", json!("Biaogan#2026")).invalid("password");
    with("password", Value::Null).invalid("password");
    with("username", json!("Tian Ye")).invalid("username");
    with("username", json!("office")).invalid("username");
    with("staff_number", json!("TX0001")).invalid("staff_number");
    with("organization_id", json!(1)).invalid("organization_id");
    with("demo", json!(true)).invalid("demo");
    with("name", json!("长".repeat(31))).invalid("name");
    secadmin
        .post("/api/v1/users", input.clone())
        .refused(403, "role_required");
    let made = sysadmin.post("/api/v1/users", input).expect(201);
    let path = format!("/api/v1/users/{}", made.json["id"]);

    let login = json!({ "username": "tianye", "password": "Correct#Horse2" });
    let token = app
        .client()
        .post("/api/v1/session", login.clone())
        .expect(201)
        .json["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let tianye = Client::new(&app.url, Some(token));
    assert_eq!(
        tianye.get("/api/v1/me").expect(200).json["roles"],
        json!([])
    );
    tianye.get("/api/v1/users").refused(403, "role_required");
    app.browser("secadmin")
        .get("/home")
        .expect(200)
        .contains("田野");

    let role = json!({ "role": "applicant", "organization_id": branch["id"] });
    sysadmin
        .post(&format!("{path}/roles"), role.clone())
        .refused(403, "role_required");
    let grant = secadmin
        .post(&format!("{path}/roles"), role.clone())
        .expect(201);
    secadmin
        .post(&format!("{path}/roles"), role)
        .refused(409, "already_granted");
    assert_eq!(
        tianye.get("/api/v1/me").expect(200).json["roles"][0]["role"],
        "applicant"
    );
    tianye.get("/api/v1/users").expect(200);
    let revoke = format!("{path}/roles/{}/revoke", grant.json["id"]);
    secadmin.post(&revoke, json!({})).expect(204);
    secadmin.post(&revoke, json!({})).expect(404);
    tianye.get("/api/v1/users").refused(403, "role_required");

    sysadmin
        .post(&format!("{path}/disable"), json!({}))
        .expect(200);
    tianye.get("/api/v1/me").refused(401, "invalid_token");
    app.client()
        .post("/api/v1/session", login)
        .refused(401, "login_failed");
    sysadmin
        .post(&format!("{path}/disable"), json!({}))
        .refused(409, "already_disabled");
    let own = sysadmin.get("/api/v1/me").json["id"].clone();
    sysadmin
        .post(&format!("/api/v1/users/{own}/disable"), json!({}))
        .refused(409, "own_account");
    no_findings(&app);
}

#[test]
fn the_three_administrators_stay_apart() {
    let app = TestApp::start();
    let secadmin = app.api("secadmin");
    let root = organization(&secadmin, "TX");
    let grant = |username: &str, role: &str| {
        let id = person(&secadmin, username)["id"].clone();
        secadmin.post(
            &format!("/api/v1/users/{id}/roles"),
            json!({ "role": role, "organization_id": root["id"] }),
        )
    };
    grant("sysadmin", "audit_admin").refused(409, "three_administrators_apart");
    grant("sysadmin", "security_admin").refused(409, "three_administrators_apart");
    grant("auditadmin", "office").refused(409, "three_administrators_apart");
    grant("office", "system_admin").refused(409, "three_administrators_apart");
    grant("secadmin", "security_admin").refused(403, "own_roles");
    grant("office", "reviewer").expect(201);
    grant("office", "emperor").invalid("role");
    no_findings(&app);
}

#[test]
fn who_sees_whom() {
    let app = TestApp::start();
    let office = app.api("office");
    let reviewers = office
        .get("/api/v1/users?role=reviewer&limit=200")
        .expect(200);
    assert!(reviewers.items().len() >= 7);
    for item in reviewers.items() {
        assert!(item["staff_number"].is_string());
        assert!(item.get("username").is_none() && item.get("roles").is_none());
    }
    let secretary = person(&app.api("secadmin"), "secretary");
    assert_eq!(secretary["roles"][0]["role"], "committee_secretary");
    let yunwei = app.api("yunwei");
    let team = yunwei.get("/api/v1/users?limit=200").expect(200);
    let own = organization(&yunwei, "TX-YW");
    for item in team.items() {
        let path = yunwei
            .get(&format!(
                "/api/v1/organizations/{}",
                item["organization_id"]
            ))
            .expect(200)
            .json["path"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(path.starts_with(own["path"].as_str().unwrap()));
    }
    assert!(!team.items().is_empty());
    yunwei
        .get(&format!("/api/v1/users/{}", secretary["id"]))
        .expect(404);
    let other = organization(&yunwei, "TX-YX");
    yunwei
        .get(&format!(
            "/api/v1/users?organization_id={}",
            other["id"].as_i64().unwrap()
        ))
        .invalid("organization_id");
    app.api("reviewer1")
        .get("/api/v1/users")
        .refused(403, "role_required");
    office.get("/api/v1/users?q=100%25").expect(200);
}

#[test]
fn a_password_change_ends_every_session() {
    let app = TestApp::start();
    let browser = app.browser("yunwei");
    let change = |current: &str, password: &str| {
        browser.submit(
            "/account",
            "/account/password",
            &[("current", current), ("password", password)],
        )
    };
    change("wrong", "Correct#Horse2")
        .expect(422)
        .contains("现用口令不正确");
    change("Correct#Horse1", "tooshort")
        .expect(422)
        .contains("口令至少 10 个字符");
    let token = app.api("yunwei");
    let answer = change("Correct#Horse1", "Correct#Horse2").expect(303);
    assert_eq!(answer.header("location"), "/login");
    token.get("/api/v1/me").refused(401, "invalid_token");
    let login = |password: &str| json!({ "username": "yunwei", "password": password });
    app.client()
        .post("/api/v1/session", login("Correct#Horse1"))
        .refused(401, "login_failed");
    app.client()
        .post("/api/v1/session", login("Correct#Horse2"))
        .expect(201);

    let sysadmin = app.api("sysadmin");
    let id = person(&sysadmin, "yunwei")["id"].clone();
    sysadmin
        .post(
            &format!("/api/v1/users/{id}/password"),
            json!({ "password": "Correct#Horse3" }),
        )
        .expect(204);
    app.client()
        .post("/api/v1/session", login("Correct#Horse3"))
        .expect(201);
    app.api("office")
        .post(
            &format!("/api/v1/users/{id}/password"),
            json!({ "password": "Correct#Horse4" }),
        )
        .refused(403, "role_required");
}

#[test]
fn the_pages_of_accounts_and_organizations_work_without_scripts() {
    let app = TestApp::start();
    let sysadmin = app.browser("sysadmin");
    sysadmin.get("/users").expect(200).contains("新建人员");
    sysadmin
        .get("/organizations")
        .expect(200)
        .contains("运维党支部");
    let id = organization(&app.api("sysadmin"), "TX-YW")["id"].to_string();
    let fields = |username: &'static str| {
        [
            ("name", "田野"),
            ("staff_number", "TX9001"),
            ("organization_id", id.as_str()),
            ("post", "技术员"),
            ("username", username),
            ("password", "Correct#Horse2"),
        ]
    };
    let again = sysadmin
        .submit("/users/new", "/users", &fields("office"))
        .expect(422);
    again
        .contains("已有人使用这个用户名")
        .contains("value=\"TX9001\"")
        .lacks("Correct#Horse2");
    let made = sysadmin
        .submit("/users/new", "/users", &fields("tianye"))
        .expect(303);
    let page = made.header("location").to_owned();
    sysadmin
        .get(&page)
        .expect(200)
        .contains("田野")
        .contains("角色由安全管理员授予");
    let secadmin = app.browser("secadmin");
    secadmin
        .submit(
            &page,
            &format!("{page}/roles"),
            &[("role", "applicant"), ("organization_id", &id)],
        )
        .expect(303);
    secadmin.get(&page).expect(200).contains("支部申报人");
    secadmin
        .submit(&page, &format!("{page}/roles"), &[("role", "applicant")])
        .expect(422);

    let edit = format!("/organizations/{id}/edit");
    let action = format!("/organizations/{id}");
    let typed = |version: &'static str, short_name: &'static str| {
        [
            ("version", version),
            ("name", "国网唐县供电公司运维党支部"),
            ("short_name", short_name),
            ("position", "3"),
        ]
    };
    sysadmin
        .submit(&edit, &action, &typed("1", "运维支部"))
        .expect(303);
    sysadmin
        .submit(&edit, &action, &typed("1", "运维"))
        .expect(409)
        .contains("运维支部")
        .contains("您写的");
    sysadmin.submit(&edit, &action, &typed("2", "")).expect(422);
    app.browser("office").get(&edit).expect(403);
    app.browser("office")
        .get("/users")
        .expect(200)
        .lacks("用户名");
    app.browser("reviewer1").get("/users").expect(403);
    no_findings(&app);
}

#[test]
fn everybody_has_a_home_and_a_manual() {
    let app = TestApp::start_with(|config| config.demo = true);
    for username in [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "yunwei",
        "yunwei.sj",
        "sysadmin",
        "secadmin",
        "auditadmin",
    ] {
        let browser = app.browser(username);
        browser.get("/home").expect(200).contains("我的身份");
        browser.get("/help").expect(200).contains("您的身份");
        browser.get("/account").expect(200).contains(username);
    }
    let visitor = app.visitor();
    for key in biaogan::help::keys() {
        visitor.get(&format!("/help/{key}")).expect(200);
    }
    visitor.get("/help/emperor").expect(404);
    visitor.get("/login").expect(200).contains("登录");
    let document = app.client().get("/api/openapi.json").expect(200);
    assert_eq!(document.json["openapi"], "3.1.0");
    visitor
        .get("/api/docs")
        .expect(200)
        .contains("/api/v1/session")
        .lacks("<script>");
    app.browser("auditadmin")
        .get("/audit")
        .expect(200)
        .contains("链首")
        .contains(">人员</a>");
    app.browser("auditadmin")
        .get("/audit?subject=%E4%BA%BA%E5%91%98")
        .expect(200)
        .contains(">人员</a>")
        .lacks("没有符合条件的记录");
    app.browser("office")
        .get("/api/docs")
        .expect(200)
        .contains("退出");
    app.browser("office").get("/audit").expect(403);
}

#[test]
fn names_of_more_people_than_a_statement_takes_are_found() {
    let app = TestApp::start();
    let office = app.user_id("office");
    let mut ids: Vec<biaogan::ids::UserId> = (1..70_000).map(biaogan::ids::UserId).collect();
    ids.push(biaogan::ids::UserId(office));
    let names = app
        .app
        .db
        .read_now(|c| biaogan::people::user_names(c, &ids))
        .unwrap();
    assert_eq!(names.len(), 1);
    assert!(names.contains_key(&biaogan::ids::UserId(office)));
}
