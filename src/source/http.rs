//! A call's pages from a Graph service, one linked to by the other, to the last one or to where something stops it;
//! and from there on, when somebody wants to try again.

use std::io::Cursor;
use std::sync::Arc;

use url::Url;

use crate::call::{Ending, Origin, Trouble, TroubleKind, Weight};
use crate::graph::failure::{Failure, PageFault};
use crate::graph::{Asked, CallId, Client, Failed, Hushed, Links, Next, Patience, Service, Share, SignIn};
use crate::model::Envelope;

use super::decode;
use super::intake::{Intake, Kept};
use super::split::Splitter;

/// A call to be read from a service.
#[derive(Debug, Clone)]
pub struct LiveCall {
    /// Where.
    pub service: Service,
    /// Which.
    pub call: CallId,
    /// As whom.
    pub sign_in: Arc<SignIn>,
    /// How patiently.
    pub patience: Patience,
}

/// How far a call was read.
pub struct Reading {
    live: LiveCall,
    client: Option<Arc<Client>>,
    /// The page to be asked for next, counted from 1, and its address.
    page: u32,
    url: Url,
    links: Links,
}

impl Reading {
    /// Nothing was read yet.
    pub fn new(live: LiveCall) -> Reading {
        let url = live.service.sessions_of(live.call);
        let links = Links::new(url.clone());
        Reading { live, client: None, page: 1, url, links }
    }

    /// Reads on, to the last page or to where something stops it. After that it can be called again.
    pub fn go_on(&mut self, intake: &mut Intake) -> Result<Ending, Hushed> {
        intake.begin_fetching();
        let client = match self.client() {
            Ok(client) => client,
            Err(failed) => return Ok(Ending::Stopped(self.trouble(failed, "the service"))),
        };
        loop {
            let origin: Origin = format!("page {}", self.page).into();
            let share = if self.page == 1 { Share::First } else { Share::Later };
            let answer = client.ask(&self.url, share, &origin, fault_of, intake.teller())?;
            let link = match answer {
                Ok(answer) => self.take(answer.body, &origin, intake)?,
                Err(mut failed) => {
                    // What is whole in a broken page is worth having.
                    if let Failure::Page { fault: PageFault::Broken(..), body, .. } = &mut failed.failure {
                        self.take(std::mem::take(body), &origin, intake)?;
                    }
                    return Ok(Ending::Stopped(self.trouble(failed, &origin)));
                }
            };
            let Some(link) = link else { return Ok(Ending::AllRead) };
            match self.links.next(&link, &self.url) {
                Next::Follow(next) => self.url = next,
                Next::Mended(next) => {
                    let what =
                        "the link to the next page had its address behind a #, where no server sees it; it was mended";
                    intake.teller().note(Weight::Oddity, &origin, what)?;
                    self.url = next;
                }
                Next::Refuse(refusal) => {
                    return Ok(Ending::Stopped(Trouble {
                        kind: TroubleKind::Answer,
                        what: format!("{origin}: {}", refusal.words()),
                        hint: Some("what was loaded is here; fetch the call again for the rest".to_owned()),
                    }));
                }
            }
            self.page += 1;
        }
    }

    fn client(&mut self) -> Result<Arc<Client>, Failed> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let LiveCall { service, sign_in, patience, .. } = &self.live;
        let client = Arc::new(Client::new(service.clone(), sign_in.clone(), *patience)?);
        self.client = Some(client.clone());
        Ok(client)
    }

    fn trouble(&self, failed: Failed, origin: &str) -> Trouble {
        failed.trouble(&self.live.service, Asked::Call(self.live.call), origin)
    }

    /// Takes a page in. Gives back its link.
    fn take(&self, body: Vec<u8>, origin: &Origin, intake: &mut Intake) -> Result<Option<String>, Hushed> {
        let read = intake.read_text(origin, Cursor::new(body), Kept::Spooled)?;
        Ok(read.envelopes.last().and_then(Envelope::link).map(ToString::to_string))
    }
}

/// What is wrong with the body of an answer, if something is.
pub fn fault_of(body: &[u8]) -> Option<PageFault> {
    if body.trim_ascii().is_empty() {
        return Some(PageFault::Empty);
    }
    let begin = body[..body.len().min(4096)].to_vec();
    if let Some(not_json) = decode::text(Cursor::new(begin)).ok().and_then(|text| text.not_json) {
        return Some(PageFault::NotJson(not_json.what));
    }
    let mut splitter = Splitter::default();
    splitter.room(body.len()).copy_from_slice(body);
    splitter.filled(body.len(), body.len());
    let split = splitter.run().and_then(|()| splitter.finish());
    split.err().map(|broken| PageFault::Broken(broken.at, broken.expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_whole_json_or_has_a_fault() {
        assert_eq!(fault_of(br#"{"value":[{"id":"a"}]}"#), None);
        assert_eq!(fault_of(b" \n"), Some(PageFault::Empty));
        assert_eq!(fault_of(b"<!doctype html><title>Sign in</title>"), Some(PageFault::NotJson("HTML or XML")));
        assert_eq!(fault_of(br#"{"value":[{"id":"a"}"#), Some(PageFault::Broken(20, "the end of a list")));
    }
}
