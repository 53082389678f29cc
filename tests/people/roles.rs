//! Roles that exclude each other, and those that wait for a second administrator.

use super::*;

struct Wanted<'a> {
    app: &'a TestApp,
    path: String,
    committee: Value,
}

fn of<'a>(app: &'a TestApp, username: &str) -> Wanted<'a> {
    let secadmin = app.api("secadmin");
    Wanted {
        app,
        path: format!("/api/v1/users/{}", person(&secadmin, username)["id"]),
        committee: organization(&secadmin, "TX")["id"].clone(),
    }
}

impl Wanted<'_> {
    fn grants(&self, role: &str) -> crate::support::Answer {
        let body = json!({ "role": role, "organization_id": self.committee });
        let path = format!("{}/roles", self.path);
        self.app.api("secadmin").post(&path, body)
    }

    /// `confirm` or `refuse`, of what was answered with this id.
    fn answers(&self, who: &str, grant: i64, answer: &str) -> crate::support::Answer {
        let path = format!("{}/roles/{grant}/{answer}", self.path);
        self.app.api(who).post(&path, json!({}))
    }

    fn roles(&self) -> Vec<String> {
        let shown = self.app.api("secadmin").get(&self.path).expect(200);
        let roles = shown.json["roles"].as_array().unwrap();
        let names = roles.iter().map(|one| one["role"].as_str().unwrap());
        names.map(str::to_owned).collect()
    }
}

#[test]
fn a_supervisor_has_no_business_of_the_same_committee() {
    let app = TestApp::start();
    let supervisor = of(&app, "supervisor");
    for role in [
        "office",
        "reviewer",
        "committee_secretary",
        "applicant",
        "branch_secretary",
    ] {
        supervisor.grants(role).refused(409, "supervisor_apart");
    }
    for username in ["office", "reviewer1", "yunwei", "yunwei.sj", "secretary"] {
        of(&app, username)
            .grants("supervisor")
            .refused(409, "supervisor_apart");
    }
    no_findings(&app);
}

/// Not by the shell either; and whoever writes it into the database is named.
#[test]
fn a_supervisor_with_business_is_named_by_the_checks() {
    use biaogan::db::schema::user_roles::dsl;
    use biaogan::ids::{OrganizationId, RoleGrantId, UserId};
    use biaogan::who::{Actor, Role};
    use diesel::prelude::*;
    let app = TestApp::start();
    let user = UserId(app.user_id("supervisor"));
    let committee = app.api("supervisor").get("/api/v1/me").expect(200).json["organization_id"]
        .as_i64()
        .unwrap();
    let input = biaogan::people::RoleInput {
        role: Role::Office,
        organization_id: OrganizationId(committee),
    };
    let refused = app
        .app
        .db
        .write_now(move |tx| biaogan::people::grant_role(tx, &Actor::System, user, &input))
        .unwrap_err();
    assert_eq!(refused.refusal().code, "supervisor_apart");
    app.app
        .db
        .write_now(move |tx| {
            let now = tx.now();
            diesel::insert_into(dsl::user_roles)
                .values((
                    dsl::id.eq(RoleGrantId::fresh(now)),
                    dsl::user_id.eq(user),
                    dsl::role.eq(Role::Office),
                    dsl::organization_id.eq(OrganizationId(committee)),
                    dsl::granted_at.eq(now),
                ))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
    let named = format!("user {user} is both supervisor and office");
    assert!(app.findings().iter().any(|found| found.contains(&named)));
    app.unchecked();
}

#[test]
fn a_second_business_role_waits_for_a_second_administrator() {
    let app = TestApp::start();
    let office = of(&app, "office");
    let asked = office.grants("reviewer").expect(202);
    assert_eq!(asked.json["state"], "waits");
    let grant = asked.id();
    office.grants("reviewer").refused(409, "already_asked");
    assert_eq!(office.roles(), ["office"]);
    let me = app.api("office").get("/api/v1/me").expect(200);
    assert_eq!(
        me.json["roles"].as_array().unwrap().len(),
        1,
        "nothing counts yet"
    );
    app.browser("sysadmin")
        .get("/home")
        .expect(200)
        .contains("确认角色：周敏任评审委员");
    app.browser("secadmin")
        .get("/home")
        .expect(200)
        .lacks("确认角色：");
    office
        .answers("secadmin", grant, "confirm")
        .refused(403, "second_person_required");
    for stranger in ["office", "supervisor", "auditadmin"] {
        office
            .answers(stranger, grant, "confirm")
            .refused(403, "role_required");
    }
    office.answers("secadmin", grant, "revoke").expect(404);
    let confirmed = office.answers("sysadmin", grant, "confirm").expect(200);
    assert_eq!(confirmed.json["state"], "held");
    assert_eq!(office.roles(), ["office", "reviewer"]);
    office
        .answers("sysadmin", grant, "confirm")
        .refused(409, "not_waiting");
    let path = office.path.replace("/api/v1", "");
    app.browser("secadmin")
        .get(&path)
        .expect(200)
        .contains("确认（本人已有业务角色）");
    // It is a role like any other.
    office.answers("secadmin", grant, "revoke").expect(204);
    assert_eq!(office.roles(), ["office"]);
    no_findings(&app);
}

#[test]
fn a_role_that_waits_is_refused_or_taken_back() {
    let app = TestApp::start();
    let office = of(&app, "office");
    for who in ["sysadmin", "secadmin"] {
        let grant = office.grants("reviewer").expect(202).id();
        let answer = office.answers(who, grant, "refuse").expect(200);
        assert_eq!(answer.json["state"], "refused");
        office
            .answers("sysadmin", grant, "confirm")
            .refused(409, "not_waiting");
    }
    assert_eq!(office.roles(), ["office"]);
    let page = office.path.replace("/api/v1", "");
    let browser = app.browser("sysadmin");
    let grant = office.grants("reviewer").expect(202).id();
    browser.get(&page).expect(200).contains("待确认：");
    browser
        .submit(&page, &format!("{page}/roles/{grant}/confirm"), &[])
        .expect(303);
    assert_eq!(office.roles(), ["office", "reviewer"]);
    no_findings(&app);
}

/// What became impossible meanwhile is not confirmed.
#[test]
fn what_excludes_the_role_by_now_is_refused_when_it_is_confirmed() {
    let app = TestApp::start();
    let office = of(&app, "office");
    let reviewer = office.grants("reviewer").expect(202).id();
    let held = app.api("secadmin").get(&office.path).expect(200).json["roles"][0]["id"]
        .as_i64()
        .unwrap();
    office.answers("secadmin", held, "revoke").expect(204);
    office.grants("supervisor").expect(201);
    office
        .answers("sysadmin", reviewer, "confirm")
        .refused(409, "supervisor_apart");
    office.answers("sysadmin", reviewer, "refuse").expect(200);
    no_findings(&app);
}

/// Of an account that they made or set a password of, an administrator grants nothing alone for thirty days.
#[test]
fn a_grant_to_an_account_of_ones_own_making_waits() {
    let app = TestApp::start();
    app.reset("reviewer7", "Another#Horse2");
    let reviewer = of(&app, "reviewer7");
    let held = app.api("sysadmin").get(&reviewer.path).expect(200).json["roles"][0]["id"]
        .as_i64()
        .unwrap();
    reviewer.answers("secadmin", held, "revoke").expect(204);
    // The security administrator had a part in setting the password.
    let asked = reviewer.grants("reviewer").expect(202);
    assert_eq!(asked.json["state"], "waits");
    reviewer
        .answers("secadmin", asked.id(), "confirm")
        .refused(403, "second_person_required");
    reviewer
        .answers("sysadmin", asked.id(), "refuse")
        .expect(200);
    app.wait(chrono::Duration::days(31));
    reviewer.grants("reviewer").expect(201);
    no_findings(&app);
}

/// Where there is nobody to confirm it, the shell grants, and the trail tells so.
#[test]
fn the_shell_grants_what_would_wait() {
    use biaogan::ids::{OrganizationId, UserId};
    use biaogan::who::{Actor, Role};
    let app = TestApp::start();
    let office = of(&app, "office");
    let input = biaogan::people::RoleInput {
        role: Role::Reviewer,
        organization_id: OrganizationId(office.committee.as_i64().unwrap()),
    };
    let user = UserId(app.user_id("office"));
    app.app
        .db
        .write_now(move |tx| biaogan::people::grant_role(tx, &Actor::System, user, &input))
        .unwrap();
    assert_eq!(office.roles(), ["office", "reviewer"]);
    let trail = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=user:{user}"))
        .expect(200);
    let granted = trail
        .items()
        .iter()
        .find(|event| event["verb"] == "role.grant");
    assert!(granted.is_some(), "{}", trail.text);
}

/// Where that person acts it stands beside the name.
#[test]
fn a_role_that_two_granted_is_said_where_that_person_acts() {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("yunwei", 0);
    let branch = app.api("yunwei").get("/api/v1/me").expect(200).json["organization_id"].clone();
    let committee = app.api("office").get("/api/v1/me").expect(200).json["organization_id"].clone();
    let said = "由两位管理员授予：本人已有业务角色";
    let pages = [
        ("office", round.path("/openers").replace("/api/v1", "")),
        ("office", round.path("/panel").replace("/api/v1", "")),
        ("yunwei.sj", format!("/organizations/{branch}/keys")),
    ];
    for (who, page) in &pages {
        app.browser(who).get(page).expect(200).lacks(said);
    }
    app.grant("office", "reviewer", &committee);
    app.grant("reviewer2", "applicant", &branch);
    for (who, page) in &pages {
        app.browser(who).get(page).expect(200).contains(said);
    }
}
