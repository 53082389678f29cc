//! Pages of organizations and accounts.
