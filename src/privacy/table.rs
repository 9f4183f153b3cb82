//! Every member of a record that may hold something sensitive: what kind of secret it is, and what becomes of it at each
//! level. A member that is in neither the schema nor this table is removed at every level but `full`.

use super::level::Level;

/// A kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The ID of a call, a session or a segment, which Microsoft needs to find it.
    CallId,
    /// An ID of a stream, made by the client for this call.
    StreamId,
    /// The name of a type in the schema.
    TypeName,
    PersonName,
    /// A user principal name or an e-mail address.
    Account,
    /// The ID of a user, a tenant, an application, an administrative unit or a request.
    Id,
    /// A link that lets people into a meeting.
    JoinLink,
    /// What a person wrote about the call.
    Comment,
    /// An option of the survey after the call.
    SurveyOption,
    MachineName,
    /// The hardware address of a client.
    MacAddress,
    /// The address in the client's own network.
    LocalAddress,
    /// A public address: of a site, of a relay, or of a hop on the way.
    PublicAddress,
    Subnet,
    AccessPoint,
    DnsSuffix,
    DeviceName,
    Driver,
    DriverVersion,
    Processor,
    /// How a client describes itself.
    UserAgent,
    /// The version of a client.
    Version,
    /// The label of a medium.
    Label,
    /// Why a session failed. There is no published list.
    Reason,
    /// A link to the service.
    ServiceLink,
    /// A message of the service.
    Message,
    /// A time as text.
    Moment,
    /// The kind of an identity, as the name of a member.
    IdentityKind,
    /// A member that the schema does not have, or a word that an enumeration does not have.
    Unknown,
    /// The name of such a member.
    UnknownName,
    /// A file or folder.
    Path,
}

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays, unless something removed elsewhere is in it.
    Stays,
    /// It stays if it is made of known words only.
    StaysIfKnown,
    /// Something else stands in its place.
    Goes,
}

use Fate::{Goes, Stays, StaysIfKnown};

/// What becomes of a kind of secret at `tier2`, and at `tier1`.
const FATES: &[(Kind, Fate, Fate)] = &[
    (Kind::CallId, Stays, Stays),
    (Kind::StreamId, StaysIfKnown, StaysIfKnown),
    (Kind::TypeName, StaysIfKnown, StaysIfKnown),
    (Kind::PersonName, Goes, Goes),
    (Kind::Account, Goes, Goes),
    (Kind::Id, Goes, Goes),
    (Kind::JoinLink, Goes, Goes),
    (Kind::Comment, Goes, Goes),
    (Kind::SurveyOption, StaysIfKnown, StaysIfKnown),
    (Kind::MachineName, Goes, Goes),
    (Kind::MacAddress, Goes, Goes),
    (Kind::LocalAddress, Stays, Goes),
    (Kind::PublicAddress, Stays, Goes),
    (Kind::Subnet, Stays, Goes),
    (Kind::AccessPoint, Stays, Goes),
    (Kind::DnsSuffix, Stays, Goes),
    (Kind::DeviceName, Stays, Goes),
    (Kind::Driver, Stays, Goes),
    (Kind::DriverVersion, Stays, Goes),
    (Kind::Processor, Stays, Goes),
    // It names the model of a telephone or a room system.
    (Kind::UserAgent, Stays, Goes),
    (Kind::Version, Stays, StaysIfKnown),
    (Kind::Label, StaysIfKnown, StaysIfKnown),
    (Kind::Reason, Stays, StaysIfKnown),
    (Kind::ServiceLink, Goes, Goes),
    (Kind::Message, Goes, Goes),
    (Kind::Moment, StaysIfKnown, StaysIfKnown),
    (Kind::IdentityKind, StaysIfKnown, StaysIfKnown),
    (Kind::Unknown, Goes, Goes),
    (Kind::UnknownName, Goes, Goes),
    (Kind::Path, Goes, Goes),
];

impl Kind {
    /// Returns what becomes of a value of this kind.
    pub fn fate(self, level: Level) -> Fate {
        let row = FATES.iter().find(|(kind, ..)| *kind == self);
        match (level, row) {
            (Level::Full, _) => Stays,
            (Level::Tier2, Some((_, fate, _))) | (Level::Tier1, Some((_, _, fate))) => *fate,
            (_, None) => Goes,
        }
    }

    /// Names the kind in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Kind::CallId | Kind::StreamId | Kind::Id => "an ID",
            Kind::TypeName => "a type",
            Kind::PersonName => "a person's name",
            Kind::Account => "a user principal name or an email address",
            Kind::JoinLink => "a join link",
            Kind::Comment => "something that a user wrote",
            Kind::SurveyOption => "an option of the survey",
            Kind::MachineName => "a machine's name",
            Kind::MacAddress => "a hardware address",
            Kind::LocalAddress => "a local address",
            Kind::PublicAddress => "a public address",
            Kind::Subnet => "a subnet",
            Kind::AccessPoint => "an access point",
            Kind::DnsSuffix => "a DNS suffix",
            Kind::DeviceName => "a device's name",
            Kind::Driver | Kind::DriverVersion => "a driver",
            Kind::Processor => "a processor",
            Kind::UserAgent | Kind::Version => "a client's description of itself",
            Kind::Label => "a medium's label",
            Kind::Reason => "the reason of a failure",
            Kind::ServiceLink => "a link to the service",
            Kind::Message => "a message of the service",
            Kind::Moment => "a time",
            Kind::IdentityKind => "a kind of identity",
            Kind::Unknown | Kind::UnknownName => "something that the schema does not have",
            Kind::Path => "a file or folder",
        }
    }
}

/// The kinds of the texts in every record type: type, member, kind.
const MEMBERS: &[(&str, &str, Kind)] = &[
    ("callRecord", "id", Kind::CallId),
    ("callRecord", "joinWebUrl", Kind::JoinLink),
    ("session", "id", Kind::CallId),
    ("segment", "id", Kind::CallId),
    ("media", "label", Kind::Label),
    ("mediaStream", "streamId", Kind::StreamId),
    ("networkInfo", "ipAddress", Kind::LocalAddress),
    ("networkInfo", "subnet", Kind::Subnet),
    ("networkInfo", "reflexiveIPAddress", Kind::PublicAddress),
    ("networkInfo", "relayIPAddress", Kind::PublicAddress),
    ("networkInfo", "macAddress", Kind::MacAddress),
    ("networkInfo", "dnsSuffix", Kind::DnsSuffix),
    ("networkInfo", "basicServiceSetIdentifier", Kind::AccessPoint),
    ("networkInfo", "wifiMicrosoftDriver", Kind::Driver),
    ("networkInfo", "wifiMicrosoftDriverVersion", Kind::DriverVersion),
    ("networkInfo", "wifiVendorDriver", Kind::Driver),
    ("networkInfo", "wifiVendorDriverVersion", Kind::DriverVersion),
    ("traceRouteHop", "ipAddress", Kind::PublicAddress),
    ("deviceInfo", "captureDeviceName", Kind::DeviceName),
    ("deviceInfo", "captureDeviceDriver", Kind::Driver),
    ("deviceInfo", "renderDeviceName", Kind::DeviceName),
    ("deviceInfo", "renderDeviceDriver", Kind::Driver),
    ("endpoint", "name", Kind::MachineName),
    ("endpoint", "cpuName", Kind::Processor),
    ("userAgent", "headerValue", Kind::UserAgent),
    ("userAgent", "applicationVersion", Kind::Version),
    ("userAgent", "communicationServiceId", Kind::Id),
    ("userAgent", "azureADAppId", Kind::Id),
    ("userFeedback", "text", Kind::Comment),
    ("failureInfo", "reason", Kind::Reason),
    ("identity", "id", Kind::Id),
    ("identity", "displayName", Kind::PersonName),
    ("identity", "tenantId", Kind::Id),
    ("identity", "userPrincipalName", Kind::Account),
    ("identity", "email", Kind::Account),
    ("identity", "ipAddress", Kind::LocalAddress),
    ("identity", "applicationType", Kind::Unknown),
    ("identity", "azureCommunicationServicesResourceId", Kind::Id),
    ("identity", "registrantId", Kind::Id),
    ("participant", "id", Kind::Id),
    ("administrativeUnitInfo", "id", Kind::Id),
    ("page", "@odata.context", Kind::ServiceLink),
    ("page", "@odata.nextLink", Kind::ServiceLink),
    ("page", "sessions@odata.nextLink", Kind::ServiceLink),
    ("error", "code", Kind::Reason),
    ("error", "message", Kind::Message),
    ("innerError", "request-id", Kind::Id),
    ("innerError", "client-request-id", Kind::Id),
    ("innerError", "date", Kind::Moment),
    // The names in an open map are data.
    ("feedbackTokenSet", "", Kind::SurveyOption),
    ("identitySet", "", Kind::IdentityKind),
];

/// Returns the kind of a member of a record type that holds text; of the names of an open map, for an empty name.
pub fn kind_of(record: &str, member: &str) -> Kind {
    if member == "@odata.type" {
        return Kind::TypeName;
    }
    let row = MEMBERS.iter().find(|(of, name, _)| *of == record && *name == member);
    row.map_or(Kind::Unknown, |(_, _, kind)| *kind)
}

/// Names of identities in an identity set. Source: Microsoft Graph, identitySet, communicationsIdentitySet and
/// chatMessageFromIdentitySet.
pub const IDENTITY_KINDS: &[&str] = &[
    "user",
    "phone",
    "guest",
    "device",
    "application",
    "applicationInstance",
    "assertedIdentity",
    "acsUser",
    "acsApplicationInstance",
    "spoolUser",
    "spoolApplicationInstance",
    "azureCommunicationServicesUser",
    "communicationsApplicationIdentity",
    "communicationsApplicationInstanceIdentity",
    "communicationsGuestIdentity",
    "communicationsEncryptedIdentity",
    "communicationsPhoneIdentity",
    "communicationsUserIdentity",
    "encrypted",
    "onPremises",
    "conversation",
    "conversationIdentityType",
    "endpointType",
];

/// Names of members that say what an object is which is not a session, and of what surrounds sessions. Their values are
/// removed like those of any unknown member.
pub const OTHER_NAMES: &[&str] = &[
    "value",
    "Value",
    "sessions",
    "responses",
    "body",
    "headers",
    "status",
    "Count",
    "schema",
    "error_description",
    "subscriptionId",
    "resourceData",
    "smsId",
    "blockReason",
    "blockDateTime",
    "totalCallSeconds",
    "trunkFullyQualifiedDomainName",
    "correlationId",
    "callId",
    "calleeNumber",
    "charge",
    "access_token",
    "AdditionalProperties",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shape::{OUTERMOST, RecordShape, Shape};

    /// Calls `visit` with every member of a type and of those inside it that holds any text.
    fn texts(record: &'static RecordShape, visit: &mut dyn FnMut(&'static str, &'static str)) {
        for (name, shape) in record.members {
            texts_in(record.name, name, shape, visit);
        }
    }

    fn texts_in(
        owner: &'static str,
        name: &'static str,
        shape: &'static Shape,
        visit: &mut dyn FnMut(&'static str, &'static str),
    ) {
        match shape {
            Shape::Text => visit(owner, name),
            Shape::Value(_) => {}
            Shape::Record(inner) => texts(inner, visit),
            Shape::List(inner) => texts_in(owner, name, inner, visit),
            Shape::Named(of, inner) => {
                visit(of, "");
                texts_in(of, "", inner, visit);
            }
        }
    }

    #[test]
    fn every_member_that_holds_text_has_a_row_and_every_row_a_member() {
        let mut found = std::collections::BTreeSet::new();
        for record in OUTERMOST {
            texts(record, &mut |owner, name| {
                if name != "@odata.type" {
                    found.insert((owner, name));
                }
            });
        }
        let rows: std::collections::BTreeSet<_> = MEMBERS.iter().map(|(owner, name, _)| (*owner, *name)).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn less_is_shown_at_each_level_and_every_kind_has_a_row() {
        let shown = |fate| match fate {
            Stays => 2,
            StaysIfKnown => 1,
            Goes => 0,
        };
        for (kind, tier2, tier1) in FATES {
            assert!(shown(*tier1) <= shown(*tier2), "{kind:?}");
        }
        for (_, _, kind) in MEMBERS {
            assert!(FATES.iter().any(|(other, ..)| other == kind), "{kind:?}");
        }
        assert_eq!(Kind::PersonName.fate(Level::Full), Stays);
    }
}
