//! `/users`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{choices, choices_of};
use crate::error::Result;
use crate::ids::UserId;
use crate::people::password::Set;
use crate::people::scene::{AccountScene, Company, GrantScene};
use crate::people::verbs::{
    ChangeUser, ConfirmRole, CreateUser, MoveUser, OF_ACCOUNT, RefuseRole, RevokeRole,
};
use crate::people::{
    PasswordInput, UserChange, UserInput, UserQuery, UserShown, password, set_password, shown,
    store, visible,
};
use crate::session;
use crate::verbs::{self, Given, Verb, refusal, refused};
use crate::web::{App, Ask, Form, Page};
use crate::who::Role;

/// `GET /users`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: UserQuery = ask.query()?;
    let reach = visible::people(ask.actor)?;
    let accounts = reach.accounts;
    let organizations = choices(ask.c, reach.paths.clone())?;
    let listing = query.run(ask.c, reach)?;
    ask.again.fill(&query)?;
    Ok(ask
        .paged("people/users.html", &listing)
        .with("accounts", &accounts)
        .with("roles", &choices_of!(Role))
        .with("organizations", &organizations)
        .with("may_create", &ask.actor.has(Role::SystemAdmin)))
}

/// `GET /users/new`
pub fn new(ask: &mut Ask) -> Result<Page> {
    CreateUser::who(&Company, ask.actor)?;
    let organizations = choices(ask.c, ask.actor.paths_of(&[Role::SystemAdmin]))?;
    Ok(Page::new("people/user_new.html")
        .with("one_time_hours", &session::ONE_TIME_HOURS)
        .with("organizations", &organizations))
}

/// `GET /users/{id}`
pub fn show(ask: &mut Ask, id: UserId) -> Result<Page> {
    let (row, accounts) = visible::person(ask.c, ask.actor, id)?;
    let user = shown::person(ask.c, &row, accounts, ask.now)?;
    let (held, waiting) = held(ask, &user, row.user.version)?;
    let resets = shown::resets(ask.c, id, ask.now)?;
    let on = AccountScene { row };
    let carry_out = match accounts && user.reset.is_some() {
        true => refused(on.asked_by_another(ask.c, ask.actor, ask.now))?,
        false => None,
    };
    let may = verbs::may(ask.c, &on, ask.actor, ask.now, OF_ACCOUNT)?;
    let organizations = choices(ask.c, ask.actor.paths_of(&[Role::SecurityAdmin]))?;
    Ok(Page::new("people/user.html")
        .with("one_time_hours", &session::ONE_TIME_HOURS)
        .with("user", &user)
        .with("accounts", &accounts)
        .with("own", &on.is_own(ask.actor))
        .with("held", &held)
        .with("waiting", &waiting)
        .with("resets", &resets)
        .with("carry_out", &carry_out)
        .with("may", &may)
        .with("roles", &choices_of!(Role))
        .with("organizations", &organizations))
}

/// `GET /users/{id}/edit`
pub fn edit(ask: &mut Ask, id: UserId) -> Result<Page> {
    let (row, _) = visible::person(ask.c, ask.actor, id)?;
    let on = AccountScene { row };
    ChangeUser::who(&on, ask.actor)?;
    let user = on.row.user;
    ask.again.fill(&UserChange {
        name: Some(user.name.clone()),
        post: Some(user.post.clone()),
        staff_number: Some(user.staff_number.clone()),
        username: user.username.clone(),
        reading: user.reading.clone(),
    })?;
    Ok(Page::new("people/user_edit.html")
        .with("id", &id)
        .with("name", &user.name)
        .with("nameless", &user.username.is_none())
        .with("version", &user.version))
}

/// `GET /users/{id}/move`
pub fn elsewhere(ask: &mut Ask, id: UserId) -> Result<Page> {
    let (row, _) = visible::person(ask.c, ask.actor, id)?;
    let on = AccountScene { row };
    MoveUser::who(&on, ask.actor)?;
    let organizations = choices(ask.c, ask.actor.paths_of(&[Role::SystemAdmin]))?;
    ask.again.fill(&json!({ "post": on.row.user.post }))?;
    Ok(Page::new("people/user_move.html")
        .with("id", &id)
        .with("name", &on.row.user.name)
        .with("from", &on.row.organization)
        .with("organizations", &organizations)
        .with("version", &on.row.user.version))
}

/// Each role with why it may not be taken back, and who proposed and confirmed it; and those that wait to be confirmed,
/// with why not by the asker.
fn held(ask: &mut Ask, user: &UserShown, version: i64) -> Result<(Vec<Value>, Vec<Value>)> {
    let Some(grants) = user.roles.clone() else {
        return Ok((Vec::new(), Vec::new()));
    };
    let pending = store::pending_grants_of(ask.c, user.id)?;
    let ids: Vec<UserId> = pending
        .iter()
        .flat_map(|one| [Some(one.asked_by), one.answered_by])
        .flatten()
        .collect();
    let names = store::user_names(ask.c, &ids)?;
    let name = |id: Option<UserId>| id.and_then(|id| names.get(&id)).cloned();
    let mut held = Vec::new();
    for row in grants {
        let pending = pending.iter().find(|one| one.id == row.id).cloned();
        let by = pending.as_ref().map(|one| {
            json!({ "asked": name(Some(one.asked_by)), "confirmed": name(one.answered_by), "why": one.why.label() })
        });
        let on = GrantScene {
            row,
            pending,
            held: true,
            version,
        };
        let refusal = refusal::<RevokeRole>(ask.c, &on, ask.actor, ask.now)?;
        held.push(json!({ "grant": on.row, "refusal": refusal, "by": by }));
    }
    let mut waiting = Vec::new();
    for one in pending.into_iter().filter(|one| one.answered_at.is_none()) {
        let (asked, why) = (name(Some(one.asked_by)), one.why.label());
        let on = GrantScene {
            row: one.as_held(),
            pending: Some(one),
            held: false,
            version,
        };
        let confirm = refusal::<ConfirmRole>(ask.c, &on, ask.actor, ask.now)?;
        let refuse = refusal::<RefuseRole>(ask.c, &on, ask.actor, ask.now)?;
        waiting.push(json!({ "grant": on.row, "asked": asked, "why": why, "confirm": confirm, "refuse": refuse }));
    }
    Ok((held, waiting))
}

/// `POST /users`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    form: Form<UserInput>,
) -> Result<HttpResponse> {
    let outcome = made(&app, &form).await;
    app.form_done(&req, form, outcome, new).await
}

async fn made(app: &App, form: &Form<UserInput>) -> Result<(String, String)> {
    let mut input = form.input()?;
    input.credentials = password::prepared(input.password.as_deref()).await?;
    app.form_command(&form.who, form.once.clone(), move |tx, actor| {
        let made = verbs::run::<CreateUser>(tx, actor, &(), &Given::Read(&input, None))?;
        Ok((made.to, made.said))
    })
    .await
}

/// `POST /users/{id}/password`
pub async fn password(
    app: Data<App>,
    req: HttpRequest,
    id: Path<UserId>,
    form: Form<PasswordInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = set(&app, &form, id).await.map(|set| {
        let said = match set {
            Set::Done => format!(
                "已重设为一次性口令，请当面告知本人；本人须在 {} 小时内登录并改为自己的。",
                session::ONE_TIME_HOURS
            ),
            Set::Asked => "已申请重设口令，请另一类管理员办理，口令由办理的人设定。".to_owned(),
        };
        (format!("/users/{id}"), said)
    });
    app.form_done(&req, form, outcome, move |ask| show(ask, id))
        .await
}

/// Sets a password, checked and hashed before the transaction.
pub async fn set(app: &App, form: &Form<PasswordInput>, id: UserId) -> Result<Set> {
    let mut input = form.input()?;
    password::prepare(app, &form.who, id, &mut input).await?;
    app.command(&form.who, move |tx, actor| {
        set_password(tx, actor, id, &input)
    })
    .await
}
