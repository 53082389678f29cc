//! What rooms hand to the house, as people meet it.

use crate::support::TestApp;

/// Labels and addresses of the navigation, in order.
fn nav(page: &str) -> Vec<String> {
    let (_, rest) = page.split_once("<nav class=\"nav\"").unwrap();
    let (items, _) = rest.split_once("</nav>").unwrap();
    let entry = |item: &str| {
        let (href, rest) = item.split_once('"').unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        format!("{} {href}", rest.split_once('<').unwrap().0)
    };
    items.split("<a href=\"").skip(1).map(entry).collect()
}

#[test]
fn everybody_is_led_to_the_rooms_they_may_enter() {
    let app = TestApp::start();
    assert_eq!(
        nav(&app.visitor().get("/login").expect(200).text),
        [
            "首页 /",
            "案例 /cases",
            "示范点 /sites",
            "公示 /announcements",
            "查找 /search",
            "登录 /login",
        ]
    );
    let business = ["招标 /rounds", "合同 /contracts", "项目 /projects"];
    for (who, does, beside) in [
        (
            "office",
            true,
            &["节假日 /calendar", "意见箱 /complaints"][..],
        ),
        ("secretary", true, &["意见箱 /complaints"]),
        ("supervisor", true, &["意见箱 /complaints", "审计 /audit"]),
        ("yunwei", true, &[]),
        (
            "sysadmin",
            false,
            &["账号 /users", "组织 /organizations", "节假日 /calendar"],
        ),
        ("secadmin", false, &["账号 /users", "组织 /organizations"]),
        ("auditadmin", false, &["审计 /audit"]),
    ] {
        let mut expected = vec!["待办 /home"];
        expected.extend(business.iter().filter(|_| does));
        expected.extend(beside);
        expected.extend(does.then_some("示范推广 /showcase"));
        expected.push("帮助 /help");
        let browser = app.browser(who);
        let shown = nav(&browser.get("/home").expect(200).text);
        assert_eq!(shown, expected, "{who}");
        for entry in shown {
            let (_, href) = entry.split_once(' ').unwrap();
            browser
                .get(href)
                .expect(200)
                .contains(&format!("<a href=\"{href}\" aria-current=\"page\">"));
        }
    }
}
