//! Home, manual and pages without scripts.

use super::*;

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
            ("code", "TX-YW"),
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
