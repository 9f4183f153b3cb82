//! As whom to ask: where tokens come from, and new ones when they end.

use crate::call::Trouble;

use super::token::Token;

/// Gives tokens.
#[derive(Debug)]
pub struct SignIn {
    token: Token,
}

impl SignIn {
    /// With a token that somebody got elsewhere. There is no other when it ends.
    pub fn with(token: Token) -> SignIn {
        SignIn { token }
    }

    /// A token that is good, as far as we know.
    pub async fn token(&self) -> Result<Token, Trouble> {
        Ok(self.token.clone())
    }

    /// Another token than one that was refused; `None` when there is none.
    pub async fn renewed(&self, _refused: &Token) -> Result<Option<Token>, Trouble> {
        Ok(None)
    }
}
