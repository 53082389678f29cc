//! Correcting a person's name, post or number, and giving them a username: a system administrator; what people say of
//! themselves, they change themselves. What they were called before is kept.

use super::create_user::{free_number, free_username};
use crate::error::{FieldErrors, note, sound};
use crate::people::scene::{AccountScene, OwnScene};
use crate::people::store::{self, User};
use crate::people::{OwnInput, UserChange, rules};
use crate::text::narrow;
use crate::verbs::prelude::*;

pub struct ChangeUser;

impl Verb for ChangeUser {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = UserChange;
    type Ready = ();

    const NAME: &'static str = "change_user";
    const SAYS: &'static str = "Correct a person's name, post or staff number, or give a username to who has none: by a system administrator. What is left out stays.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserChanged);
    const EXPECTS: Expects = Expects::Version;
    const FILLED: &'static [&'static str] = &["name", "post", "staff_number"];
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["taken_meanwhile", "username_stays"];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.kept_by(actor)
    }

    fn when(_: &mut Conn, _: &AccountScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: AccountScene,
        (): (),
        _: &Actor,
        change: &UserChange,
    ) -> Result<Done<Self>> {
        let (was, change) = (on.row.user, change.clone());
        let mut faults = FieldErrors::new();
        if let Some(number) = &change.staff_number {
            free_number(tx, &mut faults, number, Some(was.id))?;
        }
        let username = match (&was.username, change.username) {
            (Some(had), Some(wanted)) if *had != wanted => {
                return Err(Refusal::new(
                    "username_stays",
                    "用户名一经使用不再更换，也不给别人用。",
                )
                .into());
            }
            (None, Some(wanted)) => {
                free_username(tx, &mut faults, &wanted)?;
                Some(wanted)
            }
            (had, _) => had.clone(),
        };
        let name = change.name.as_deref().unwrap_or(&was.name);
        if let Some(fault) = change
            .reading
            .as_deref()
            .and_then(|typed| rules::reading_fault(typed, name))
        {
            note(&mut faults, "reading", fault);
        }
        sound(faults)?;
        let next = User {
            name: change.name.unwrap_or_else(|| was.name.clone()),
            post: change.post.unwrap_or_else(|| was.post.clone()),
            staff_number: change
                .staff_number
                .map_or_else(|| was.staff_number.clone(), |typed| narrow(&typed)),
            username,
            reading: change.reading.or_else(|| was.reading.clone()),
            ..was.clone()
        };
        let told = json!({
            "name": next.name, "post": next.post, "staff_number": next.staff_number, "username": next.username, "reading": next.reading,
        });
        rewrite(tx, &was, next)?;
        Ok(Done::of(was.id, "已保存。").detail(told))
    }
}

/// Keeps what the person was called and where they stood, and writes what they are now.
pub fn rewrite(tx: &mut Tx, was: &User, next: User) -> Result<()> {
    let now = tx.now();
    let stands = |one: &User| (one.name.clone(), one.post.clone(), one.organization_id);
    if stands(was) != stands(&next) {
        store::keep_former_person(tx, was, now)?;
        // Names stand on public pages.
        tx.publish_change()?;
    }
    let version = was.version + 1;
    store::update_user(tx, &User { version, ..next }, now)
}

pub struct ChangeOwn;

impl Verb for ChangeOwn {
    type On = OwnScene;
    type Gives = OwnScene;
    type Input = OwnInput;
    type Ready = ();

    const NAME: &'static str = "change_own";
    const SAYS: &'static str = "Say one's own name, post, phone and mail, as a whole. The version is that of `GET /api/v1/users/{id}`.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserChanged);
    const EXPECTS: Expects = Expects::Version;

    fn who(_: &OwnScene, actor: &Actor) -> Result<()> {
        actor.person().map(drop)
    }

    fn when(_: &mut Conn, _: &OwnScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: OwnScene,
        (): (),
        _: &Actor,
        input: &OwnInput,
    ) -> Result<Done<Self>> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (phone, mail) = (given(&input.phone), given(&input.mail));
        let mut faults = FieldErrors::new();
        if let Some(fault) = phone.as_deref().and_then(rules::phone_fault) {
            note(&mut faults, "phone", fault);
        }
        if let Some(fault) = mail.as_deref().and_then(rules::mail_fault) {
            note(&mut faults, "mail", fault);
        }
        sound(faults)?;
        let was = on.account.row.user;
        let next = User {
            name: input.name.clone(),
            post: input.post.clone(),
            phone,
            mail,
            ..was.clone()
        };
        // How to reach somebody is no matter of the trail.
        let told = json!({ "name": next.name, "post": next.post, "by": "self" });
        rewrite(tx, &was, next)?;
        Ok(Done::of((), "已保存。").detail(told))
    }
}
