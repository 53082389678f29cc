//! Organizations, people, accounts and roles.

use super::Loader;
use super::model::{Organization, Person};
use crate::error::Result;
use crate::people::{self, OrganizationInput, RoleInput, UserInput};
use crate::who::Actor;
use crate::who::password::Credentials;

pub fn load(loader: &mut Loader, organizations: &[Organization], persons: &[Person]) -> Result<()> {
    for item in organizations {
        let parent = item
            .parent
            .as_deref()
            .map(|key| loader.organization(key))
            .transpose()?;
        let input = OrganizationInput {
            parent_id: parent,
            kind: item.kind,
            name: item.name.clone(),
            short_name: item.short_name.clone(),
            code: item.code.clone(),
            position: None,
        };
        let made =
            loader.system(move |tx| people::create_organization(tx, &Actor::System, &input))?;
        loader.organizations.insert(item.key.clone(), made.id);
    }
    // One hash serves all accounts.
    let credentials = Credentials::of(&loader.password)?;
    for person in persons {
        let organization_id = loader.organization(&person.organization)?;
        let account = person.username.is_some();
        let input = UserInput {
            organization_id,
            staff_number: person.staff_number.clone(),
            name: person.name.clone(),
            post: person.post.clone(),
            password: account.then(|| loader.password.clone()),
            credentials: account.then(|| credentials.clone()),
            demo: account && loader.demo,
            username: person.username.clone(),
        };
        let roles = person
            .roles
            .iter()
            .map(|held| {
                Ok(RoleInput {
                    role: held.role,
                    organization_id: loader.organization(&held.organization)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let user = loader.system(move |tx| {
            let user = people::create_user(tx, &Actor::System, &input)?;
            for role in &roles {
                people::grant_role(tx, &Actor::System, user.id, role)?;
            }
            Ok(user.id)
        })?;
        loader.users.insert(person.staff_number.clone(), user);
        if let Some(username) = &person.username {
            loader.users.insert(username.clone(), user);
        }
    }
    Ok(())
}
