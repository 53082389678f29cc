//! What the room hands to the house.

use actix_web::http::Method;

use super::api::{self, OrganizationQuery};
use super::pages::{account, organizations, users};
use super::verbs::{
    AskReset, ChangeOrganization, ChangeOwn, ChangeUser, ConfirmRole, CreateOrganization,
    CreateUser, DisableOrganization, DisableUser, EnableOrganization, EnableUser, GrantRole,
    MoveUser, RefuseReset, RefuseRole, RevokeRole,
};
use super::{Organization, PasswordInput, UserQuery, UserShown, check, todo};
use crate::verbs::{Place, call, described, form, verb};
use crate::web::route::{list, listed, own, page, read};
use crate::web::{Access, Doc, Nav, Room, Route};
use crate::who::{Actor, Role};

pub const ROOM: Room = Room {
    name: "people",
    title: "组织、人员与角色",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    nav: &[
        Nav::new(50, "账号", "/users", administrators),
        Nav::new(60, "组织", "/organizations", administrators),
    ],
};

/// Who makes accounts and gives rights.
fn administrators(actor: &Actor) -> bool {
    actor.has(Role::SystemAdmin) || actor.has(Role::SecurityAdmin)
}

fn routes() -> Vec<Route> {
    let mut all = kept();
    all.extend(read_by_programs());
    all.extend(passwords());
    all.extend(verb::<CreateOrganization>(
        "/api/v1/organizations",
        Place::on(organizations::new),
    ));
    all.extend([
        form::<ChangeOrganization>("/organizations/{id}", Place::on(organizations::edit)),
        call::<ChangeOrganization>(Method::PATCH, "/api/v1/organizations/{id}"),
        call::<DisableOrganization>(Method::POST, "/api/v1/organizations/{id}/disable"),
        call::<EnableOrganization>(Method::POST, "/api/v1/organizations/{id}/enable"),
    ]);
    all.extend(verb::<GrantRole>(
        "/api/v1/users/{id}/roles",
        Place::on(users::show),
    ));
    all.extend(verb::<RevokeRole>(
        "/api/v1/users/{id}/roles/{grant}/revoke",
        Place::Nowhere,
    ));
    all.extend(verb::<ConfirmRole>(
        "/api/v1/users/{id}/roles/{grant}/confirm",
        Place::Nowhere,
    ));
    all.extend(verb::<RefuseRole>(
        "/api/v1/users/{id}/roles/{grant}/refuse",
        Place::Nowhere,
    ));
    all.extend(verb::<DisableUser>(
        "/api/v1/users/{id}/disable",
        Place::Nowhere,
    ));
    all.extend(verb::<EnableUser>(
        "/api/v1/users/{id}/enable",
        Place::Nowhere,
    ));
    all.extend([
        form::<ChangeUser>("/users/{id}", Place::on(users::edit)),
        call::<ChangeUser>(Method::PATCH, "/api/v1/users/{id}"),
        form::<ChangeOwn>("/account", Place::on(account::edit)),
        call::<ChangeOwn>(Method::PUT, "/api/v1/me"),
    ]);
    all.extend(verb::<MoveUser>(
        "/api/v1/users/{id}/move",
        Place::on(users::elsewhere),
    ));
    all.extend(verb::<AskReset>(
        "/api/v1/users/{id}/reset",
        Place::on(users::show),
    ));
    all.extend(verb::<RefuseReset>(
        "/api/v1/users/{id}/reset/refuse",
        Place::Nowhere,
    ));
    all
}

fn kept() -> Vec<Route> {
    vec![
        page("/account", account::show).changing(),
        page("/account/edit", account::edit),
        listed(
            "/organizations",
            organizations::list,
            api::organizations_under,
            &api::ORGANIZATIONS,
        ),
        page("/organizations/new", organizations::new),
        page("/organizations/{id}/edit", organizations::edit),
        listed("/users", users::list, api::users, &api::USERS),
        page("/users/new", users::new),
        page("/users/{id}", users::show),
        page("/users/{id}/edit", users::edit),
        page("/users/{id}/move", users::elsewhere),
    ]
}

fn read_by_programs() -> Vec<Route> {
    vec![
        list("/api/v1/organizations", api::organizations, &api::ORGANIZATIONS).doc(
            Doc::list::<Organization>("Organizations in reach: the tree of one's own committee and of wherever one holds a role, oldest first.\n`path` and `position` give the tree and the order its committee sets.")
                .query::<OrganizationQuery>(),
        ),
        read("/api/v1/organizations/{id}", api::organization)
            .doc(Doc::of::<Organization>("One organization in reach.")),
        list("/api/v1/users", api::users, &api::USERS).doc(
            Doc::list::<UserShown>("People in reach, as their names are read (拼音).\nWhom a system or security administrator keeps, whom the office chooses from, whom one's own organization puts on a team.")
                .query::<UserQuery>()
                .refuses(403, &["role_required"]),
        ),
        read("/api/v1/users/{id}", api::user)
            .doc(Doc::of::<UserShown>("One person in reach.").refuses(403, &["role_required"])),
    ]
}

/// What a password is set with.
fn passwords() -> Vec<Route> {
    vec![
        own(Method::POST, "/account/password", Access::Person, account::password).changing(),
        own(Method::POST, "/users", Access::Person, users::create),
        own(Method::POST, "/users/{id}/password", Access::Person, users::password),
        own(Method::POST, "/api/v1/users", Access::Person, api::create_user)
            .doc(described::<CreateUser>()),
        own(Method::POST, "/api/v1/users/{id}/password", Access::Person, api::set).changing().doc(
            Doc::nothing("A new password: one's own, with the present one as `current`; or a one-time one for another, by a system and a security administrator together.\nOf those two the first call asks for it as `POST /api/v1/users/{id}/reset` does and is answered 202 with the person and `reset`: nothing is set yet. The other's call sets it, 204. Until its person changed it, every other call of theirs is refused with `password_change_required`; 72 hours later it opens nothing (`one_time_expired`).\nAll sessions of the account end.")
                .body::<PasswordInput>()
                .refuses(403, &["role_required", "account_locked", "second_person_required", "password_change_required"])
                .refuses(409, &["no_account", "already_disabled"]),
        ),
    ]
}
