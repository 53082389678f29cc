//! The page shell: navigation by role, flash messages, the demo's banner.

use serde::Serialize;
use tera::Context;

use super::{App, templates};
use crate::clock;
use crate::error::Result;
use crate::ids;
use crate::who::{Actor, Role};

/// A page to be rendered: template and what it shows.
pub struct Page {
    pub template: &'static str,
    pub context: Context,
    pub status: u16,
}

impl Page {
    pub fn new(template: &'static str) -> Self {
        Self {
            template,
            context: Context::new(),
            status: 200,
        }
    }

    #[must_use]
    pub fn with<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        self.context.insert(name, value);
        self
    }

    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

#[derive(Serialize)]
pub struct ActorShown {
    pub id: crate::ids::UserId,
    pub name: String,
    pub organization: String,
    pub roles: Vec<&'static str>,
}

#[derive(Serialize)]
pub struct NavItem {
    pub label: &'static str,
    pub href: &'static str,
    pub current: bool,
}

#[derive(Serialize, Clone)]
pub struct Flash {
    pub kind: String,
    pub text: String,
}

#[derive(Serialize)]
pub struct Demo {
    pub now: String,
}

/// What every page's frame shows.
#[derive(Serialize)]
pub struct Shell {
    pub actor: Option<ActorShown>,
    pub nav: Vec<NavItem>,
    pub csrf: String,
    /// What a form of this page may come again as; of a visitor's, nothing is remembered.
    pub once: String,
    pub flash: Vec<Flash>,
    pub demo: Option<Demo>,
    pub path: String,
    pub version: &'static str,
    pub committee: String,
    pub audit_head: Option<String>,
}

impl Shell {
    pub fn new(app: &App, actor: &Actor, path: &str, flash: Vec<Flash>) -> Self {
        let person = actor.person().ok();
        let mut roles: Vec<&'static str> = actor
            .grants()
            .iter()
            .map(|grant| grant.role.label())
            .collect();
        roles.dedup();
        Self {
            actor: person.map(|person| ActorShown {
                id: person.user_id,
                name: person.name.clone(),
                organization: person.organization_name.clone(),
                roles,
            }),
            nav: nav(actor, path),
            csrf: person
                .and_then(|person| person.session)
                .map(|session| app.keys().csrf(session))
                .unwrap_or_default(),
            once: person.map(|_| ids::random_hex()).unwrap_or_default(),
            flash,
            demo: app.demo.then(|| Demo {
                now: clock::show_instant(app.clock().now()),
            }),
            path: path.to_owned(),
            version: super::assets::version(),
            committee: app.name.clone(),
            audit_head: None,
        }
    }
}

fn nav(actor: &Actor, path: &str) -> Vec<NavItem> {
    let mut items: Vec<(&'static str, &'static str)> = Vec::new();
    if matches!(actor, Actor::Person(_)) {
        let business = actor
            .grants()
            .iter()
            .any(|grant| !grant.role.is_administrator());
        items.push(("待办", "/home"));
        if business {
            items.extend([
                ("招标", "/rounds"),
                ("合同", "/contracts"),
                ("项目", "/projects"),
            ]);
        }
        if actor.has(Role::SystemAdmin) || actor.has(Role::SecurityAdmin) {
            items.extend([("账号", "/users"), ("组织", "/organizations")]);
        }
        if actor.has(Role::Office) || actor.has(Role::SystemAdmin) {
            items.push(("节假日", "/calendar"));
        }
        if actor.has(Role::AuditAdmin) || actor.has(Role::Supervisor) {
            items.push(("审计", "/audit"));
        }
        if business {
            items.push(("示范推广", "/showcase"));
        }
        items.push(("帮助", "/help"));
    } else {
        items.extend([
            ("首页", "/"),
            ("案例", "/cases"),
            ("示范点", "/sites"),
            ("公示", "/announcements"),
            ("查找", "/search"),
            ("登录", "/login"),
        ]);
    }
    items
        .into_iter()
        .map(|(label, href)| NavItem {
            label,
            href,
            current: if href == "/" {
                path == "/"
            } else {
                path == href || path.starts_with(&format!("{href}/"))
            },
        })
        .collect()
}

/// Renders a page in its shell.
pub fn render(
    app: &App,
    actor: &Actor,
    path: &str,
    flash: Vec<Flash>,
    mut page: Page,
) -> Result<String> {
    page.context
        .insert("shell", &Shell::new(app, actor, path, flash));
    templates::render(page.template, &page.context)
}
