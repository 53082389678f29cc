//! Declaring posts and relations: kept by the person and by the office.

use chrono::NaiveDate;

use crate::ids::{DeclaredPostId, DeclaredRelationId, OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::panel::actions::known;
use crate::panel::declared::{Declared, Entry, may_write};
use crate::panel::store::{self, DeclaredPost, DeclaredRelation};
use crate::people;
use crate::verbs::prelude::*;

/// Most entries of one person; more are a mistake.
const MOST: usize = 50;

const FORBIDS: &[&str] = &["interests_kept_by_person_or_office"];

fn known(c: &mut Conn, id: OrganizationId) -> Result<()> {
    match people::organization(c, id) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => Err(Error::field("organization_id", "没有这个组织。")),
        Err(error) => Err(error),
    }
}

fn room(entries: usize) -> Result<()> {
    if entries < MOST {
        return Ok(());
    }
    Err(
        Refusal::new("too_many_interests", format!("一个人最多登记 {MOST} 项。"))
            .remedy("请先核对已登记的内容。")
            .into(),
    )
}

/// A post somebody holds at an organization besides their own, or held there.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostInput {
    pub organization_id: OrganizationId,
    #[validate(length(min = 1, max = 50))]
    #[schema(min_length = 1, max_length = 50, example = "联系领导")]
    pub post: String,
    pub from_on: NaiveDate,
    /// Left out while it lasts.
    #[serde(default)]
    pub until_on: Option<NaiveDate>,
}

pub struct AddPost;

impl Verb for AddPost {
    type On = Declared;
    type Gives = Declared;
    type Input = PostInput;
    type Ready = ();

    const NAME: &'static str = "add_post";
    const SAYS: &'static str =
        "Declares a post at an organization besides one's own; by the person or the office.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::PostDeclared);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &["too_many_interests"];

    fn who(on: &Declared, _: &Actor) -> Result<()> {
        may_write(on)
    }

    fn when(_: &mut Conn, _: &Declared, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: Declared,
        (): (),
        actor: &Actor,
        input: &PostInput,
    ) -> Result<Done<Self>> {
        let user = on.user.id;
        if input.until_on.is_some_and(|until| until < input.from_on) {
            return Err(Error::field("until_on", "结束日期不能早于开始日期。"));
        }
        known(tx, input.organization_id)?;
        room(store::posts(tx, &[user])?.len())?;
        let now = tx.now();
        let row = DeclaredPost {
            id: DeclaredPostId::fresh(now),
            user_id: user,
            organization_id: input.organization_id,
            post: input.post.clone(),
            from_on: input.from_on,
            until_on: input.until_on,
            entered_by: actor.person()?.user_id,
            entered_at: now,
        };
        store::insert_post(tx, &row)?;
        known::recuse_everywhere(tx, actor, user)?;
        Ok(Done::of(user, "任职已登记。").detail(json!({ "entry": row.id })))
    }
}

/// The last day of a post.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndInput {
    pub until_on: NaiveDate,
}

/// A post ends; it counts for three more years.
pub struct EndPost;

impl Verb for EndPost {
    type On = Entry<DeclaredPost>;
    type Gives = Declared;
    type Input = EndInput;
    type Ready = ();

    const NAME: &'static str = "end_post";
    const SAYS: &'static str = "A declared post ends; it counts as a former one for three years.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::PostEnded);
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &["post_ended"];

    fn who(on: &Self::On, _: &Actor) -> Result<()> {
        may_write(&on.declared)
    }

    fn when(_: &mut Conn, on: &Self::On, _: &Actor, _: Instant) -> Result<()> {
        match on.row.until_on {
            Some(_) => Err(Refusal::new("post_ended", "这项任职已登记结束。").into()),
            None => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: Self::On,
        (): (),
        _: &Actor,
        input: &EndInput,
    ) -> Result<Done<Self>> {
        let (user, post) = (on.declared.user.id, on.row);
        if input.until_on < post.from_on {
            return Err(Error::field("until_on", "结束日期不能早于开始日期。"));
        }
        store::end_post(tx, user, post.id, input.until_on)?;
        let said = "已登记结束，三年内仍作为曾任职核查。";
        Ok(Done::of(user, said).detail(json!({ "entry": post.id })))
    }
}

/// A relation to an organization, or to a person by staff number: one of the two.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationInput {
    pub kind: RelationKind,
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
    #[validate(length(min = 1, max = 32))]
    #[schema(min_length = 1, max_length = 32, example = "TX0015")]
    pub staff_number: Option<String>,
    /// Its last day, if it is over or will be.
    #[serde(default)]
    pub until_on: Option<NaiveDate>,
}

pub struct AddRelation;

impl Verb for AddRelation {
    type On = Declared;
    type Gives = Declared;
    type Input = RelationInput;
    type Ready = ();

    const NAME: &'static str = "add_relation";
    const SAYS: &'static str =
        "Declares a relation to an organization or to a person; by the person or the office.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RelationDeclared);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &["too_many_interests"];

    fn who(on: &Declared, _: &Actor) -> Result<()> {
        may_write(on)
    }

    fn when(_: &mut Conn, _: &Declared, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: Declared,
        (): (),
        actor: &Actor,
        input: &RelationInput,
    ) -> Result<Done<Self>> {
        let user = on.user.id;
        let person_id = to_whom(tx, user, input)?;
        let standing = store::relations_to_organizations(tx, &[user])?.len()
            + store::relations_to_people(tx, &[user])?.len();
        room(standing)?;
        let now = tx.now();
        let row = DeclaredRelation {
            id: DeclaredRelationId::fresh(now),
            user_id: user,
            kind: input.kind,
            organization_id: input.organization_id,
            person_id,
            until_on: input.until_on,
            entered_by: actor.person()?.user_id,
            entered_at: now,
            withdrawn_by: None,
            withdrawn_at: None,
        };
        store::insert_relation(tx, &row)?;
        for one in std::iter::once(user).chain(person_id) {
            known::recuse_everywhere(tx, actor, one)?;
        }
        Ok(Done::of(user, "关系已登记。").detail(json!({ "entry": row.id })))
    }
}

/// The person it is to, if it is not to an organization: one of the two.
fn to_whom(c: &mut Conn, user: UserId, input: &RelationInput) -> Result<Option<UserId>> {
    let person = match &input.staff_number {
        None => None,
        Some(number) => Some(
            people::user_by_staff_number(c, number)?
                .ok_or_else(|| Error::field("staff_number", "没有这个工号。"))?
                .id,
        ),
    };
    match (input.organization_id, person) {
        (Some(organization), None) => known(c, organization)?,
        (None, Some(person)) if person == user => {
            return Err(Error::field("staff_number", "不能登记与本人的关系。"));
        }
        (None, Some(_)) => {}
        (Some(_), Some(_)) | (None, None) => {
            return Err(Error::field(
                "organization_id",
                "组织和工号请填其中一项，并且只填一项。",
            ));
        }
    }
    Ok(person)
}

/// A relation entered by mistake counts no more; the row stays.
pub struct WithdrawRelation;

impl Verb for WithdrawRelation {
    type On = Entry<DeclaredRelation>;
    type Gives = Declared;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "withdraw_relation";
    const SAYS: &'static str = "A relation entered by mistake counts no more.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RelationWithdrawn);
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &["relation_withdrawn"];

    fn who(on: &Self::On, _: &Actor) -> Result<()> {
        may_write(&on.declared)
    }

    fn when(_: &mut Conn, on: &Self::On, _: &Actor, _: Instant) -> Result<()> {
        match on.row.withdrawn_at {
            Some(_) => Err(Refusal::new("relation_withdrawn", "这项关系已撤回。").into()),
            None => Ok(()),
        }
    }

    fn perform(tx: &mut Tx, on: Self::On, (): (), actor: &Actor, _: &Empty) -> Result<Done<Self>> {
        let now = tx.now();
        store::withdraw_relation(tx, on.row.id, actor.person()?.user_id, now)?;
        let said = "已撤回，记录保留在审计中。";
        Ok(Done::of(on.declared.user.id, said).detail(json!({ "entry": on.row.id })))
    }
}
