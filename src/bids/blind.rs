//! Bids without names, for the panel of a blind round until its lock.
//!
//! Organization and team are left out, files go by numbers, and wherever the bidder's organization or one of its people
//! is named in a text, the name is covered. What gives a bidder away without naming anybody cannot be found by a
//! program: the guide asks bidders to leave it out.

use crate::bids::content::{BidContent, Team};
use crate::bids::{Bid, store};
use crate::db::Conn;
use crate::error::Result;
use crate::files::Attachment;
use crate::ids::{OrganizationId, RoundId, UserId};
use crate::people;
use crate::seats;
use crate::who::Actor;

/// In the place of a name.
pub const COVER: &str = "〔匿名〕";

/// Names to be covered in the texts of one bid.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// The longest first, so that a name within a name leaves nothing behind.
    words: Vec<String>,
}

impl Mask {
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words
            .into_iter()
            .map(|word| word.trim().to_owned())
            .filter(|word| word.chars().count() > 1)
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words.dedup();
        Self { words }
    }

    /// The bidder's names and those of all its people, and of the team wherever they belong.
    pub fn of(c: &mut Conn, organization: OrganizationId, team: &Team) -> Result<Self> {
        let organization = people::organization(c, organization)?;
        let named: Vec<UserId> = team
            .leader
            .into_iter()
            .chain(team.members.iter().copied())
            .collect();
        let mut words = vec![
            organization.name,
            organization.short_name,
            organization.code,
        ];
        words.extend(people::user_names(c, &named)?.into_values());
        words.extend(
            people::roster(c, organization.id)?
                .into_iter()
                .map(|user| user.name),
        );
        Ok(Self::new(words))
    }

    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for word in &self.words {
            if text.contains(word.as_str()) {
                text = text.replace(word.as_str(), COVER);
            }
        }
        text
    }

    fn cover(&self, text: &mut String) {
        *text = self.text(text);
    }

    /// Nobody named, nobody on the team.
    pub fn content(&self, mut content: BidContent) -> BidContent {
        content.team = Team::default();
        for text in [
            &mut content.title,
            &mut content.problem,
            &mut content.track_record,
            &mut content.credit,
            &mut content.capability,
            &mut content.outcomes.theoretical,
            &mut content.outcomes.institutional,
            &mut content.outcomes.brand,
        ] {
            self.cover(text);
        }
        for target in &mut content.targets {
            self.cover(&mut target.name);
            self.cover(&mut target.baseline);
            self.cover(&mut target.target);
            self.cover(&mut target.unit);
        }
        for step in &mut content.plan {
            self.cover(&mut step.work);
        }
        for line in &mut content.budget {
            self.cover(&mut line.item);
        }
        content
    }
}

/// Whether this person reads this bid without names: never their own organization's.
pub fn covers(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<bool> {
    Ok(!actor.acts_for(bid.organization_id) && seats::blinds(c, actor, bid.round_id)?)
}

/// The mask of a bid, made from what was submitted.
pub fn mask_of(c: &mut Conn, bid: &Bid) -> Result<Mask> {
    let team = super::sealed_of(bid)?
        .map(|sealed| sealed.content.team)
        .unwrap_or_default();
    Mask::of(c, bid.organization_id, &team)
}

/// Lines of a list: no organization, no leader, no name in the title.
pub fn lines(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    lines: &mut [store::BidLine],
) -> Result<()> {
    if !seats::blinds(c, actor, round)? {
        return Ok(());
    }
    let full: Vec<OrganizationId> = lines.iter().map(|line| line.organization_id).collect();
    let full = people::full_names(c, &full)?;
    for line in lines
        .iter_mut()
        .filter(|line| !actor.acts_for(line.organization_id))
    {
        let words = full.get(&line.organization_id).cloned().into_iter();
        let mask = Mask::new(
            words
                .chain([line.organization.clone()])
                .chain(line.leader.take()),
        );
        line.title = line.title.as_deref().map(|title| mask.text(title));
        line.organization = COVER.to_owned();
        line.organization_id = OrganizationId(0);
    }
    Ok(())
}

/// A file under a name that says nothing but its kind.
pub fn file(mut file: Attachment) -> Attachment {
    let ending = file
        .name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .filter(|ending| ending.len() <= 4 && ending.bytes().all(|b| b.is_ascii_alphanumeric()))
        .unwrap_or_default();
    let number: String = file.sha256.chars().take(6).collect();
    file.name = format!("附件{number}.{ending}");
    file.uploaded_by = UserId(0);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_covered_the_longest_first() {
        let mask = Mask::new(
            ["运维", "运维党支部", "张三丰", "张", ""]
                .into_iter()
                .map(str::to_owned),
        );
        assert_eq!(
            mask.text("运维党支部的张三丰说，运维靠张罗。"),
            "〔匿名〕的〔匿名〕说，〔匿名〕靠张罗。"
        );
        let content = BidContent {
            title: "运维的难题".to_owned(),
            track_record: "张三丰带队。".to_owned(),
            team: Team {
                leader: Some(UserId(7)),
                members: vec![UserId(8)],
            },
            ..BidContent::default()
        };
        let masked = mask.content(content);
        assert_eq!(masked.team, Team::default());
        assert_eq!(masked.title, "〔匿名〕的难题");
        assert_eq!(masked.track_record, "〔匿名〕带队。");
    }
}
