//! The page shell: navigation, flash messages, the demo's banner.

use serde::Serialize;
use tera::Context;

use super::{App, Nav, templates};
use crate::clock;
use crate::error::Result;
use crate::ids;
use crate::who::Actor;

/// A page to be rendered: template and what it shows.
pub struct Page {
    pub template: &'static str,
    pub context: Context,
    pub status: u16,
    pub files: Vec<FileLink>,
}

impl Page {
    pub fn new(template: &'static str) -> Self {
        Self {
            template,
            context: Context::new(),
            status: 200,
            files: Vec::new(),
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

/// Where a page's list is a file.
#[derive(Serialize)]
pub struct FileLink {
    pub label: &'static str,
    pub href: String,
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
    pub files: Vec<FileLink>,
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
            nav: match person.is_some_and(|person| person.one_time) {
                true => Vec::new(),
                false => nav(&app.asked.nav, actor, path),
            },
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
            files: Vec::new(),
        }
    }
}

fn nav(all: &[&'static Nav], actor: &Actor, path: &str) -> Vec<NavItem> {
    let shown = all.iter().filter(|one| (one.shown)(actor));
    let current = |href: &str| match href {
        "/" => path == "/",
        _ => path == href || path.starts_with(&format!("{href}/")),
    };
    shown
        .map(|one| NavItem {
            label: one.label,
            href: one.href,
            current: current(one.href),
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
    let files = std::mem::take(&mut page.files);
    let shell = Shell {
        files,
        ..Shell::new(app, actor, path, flash)
    };
    page.context.insert("shell", &shell);
    templates::render(page.template, &page.context)
}
