//! The enumerations of the schema, each open: a member missing from our list is kept as received.

use super::field::{Field, Lenient, Text};
use super::record::{Show, Shown};
use super::shape::{Shape, Shaped, is_known_word};

/// The common interface of the enumerations.
pub trait Word {
    /// Returns the member as the schema spells it, or as received if it is not in the schema.
    fn as_str(&self) -> &str;

    /// Returns whether the member is in the schema.
    fn is_known(&self) -> bool;
}

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($variant:ident = $wire:literal,)+ })+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $($variant,)+ Other(Text) }

        impl $name {
            /// Every member in the schema, in order.
            pub const MEMBERS: &[&str] = &[$($wire),+];
        }

        impl Shaped for $name {
            const SHAPE: Shape = Shape::Value(is_known_word::<$name>);
        }

        impl Word for $name {
            fn as_str(&self) -> &str {
                match self { $($name::$variant => $wire,)+ $name::Other(raw) => raw }
            }

            fn is_known(&self) -> bool {
                !matches!(self, $name::Other(_))
            }
        }

        impl Show for $name {
            fn show(&self) -> Shown<'_> {
                Shown::Word { word: self.as_str(), known: self.is_known() }
            }

            fn is_odd(&self) -> bool {
                !self.is_known()
            }
        }

        impl Lenient for $name {
            /// Ignores case: hand-written data has `Windows` and `Teams`.
            fn from_text(text: &str) -> Field<Self> {
                $(if text.eq_ignore_ascii_case($wire) { return Field::Value($name::$variant); })+
                Field::Value($name::Other(text.into()))
            }
        }
    )+ };
}

words! {
    /// Codec of an audio stream.
    AudioCodec {
        Unknown = "unknown", Invalid = "invalid", Cn = "cn", Pcma = "pcma", Pcmu = "pcmu", AmrWide = "amrWide",
        G722 = "g722", G7221 = "g7221", G7221c = "g7221c", G729 = "g729", MultiChannelAudio = "multiChannelAudio",
        Muchv2 = "muchv2", Opus = "opus", Satin = "satin", SatinFullband = "satinFullband", RtAudio8 = "rtAudio8",
        RtAudio16 = "rtAudio16", Silk = "silk", SilkNarrow = "silkNarrow", SilkWide = "silkWide", Siren = "siren",
        XmsRta = "xmsRta", UnknownFutureValue = "unknownFutureValue",
    }
    /// Meeting or one-to-one call.
    CallType {
        Unknown = "unknown", GroupCall = "groupCall", PeerToPeer = "peerToPeer",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// The platform a client runs on.
    ClientPlatform {
        Unknown = "unknown", Windows = "windows", MacOS = "macOS", Ios = "iOS", Android = "android", Web = "web",
        IpPhone = "ipPhone", RoomSystem = "roomSystem", SurfaceHub = "surfaceHub", HoloLens = "holoLens",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// The stage at which a session or segment failed.
    FailureStage {
        Unknown = "unknown", CallSetup = "callSetup", Midcall = "midcall", UnknownFutureValue = "unknownFutureValue",
    }
    /// The direction of a stream's media.
    StreamDirection { CallerToCallee = "callerToCallee", CalleeToCaller = "calleeToCaller", }
    /// A kind of media used in a call or session. `unknown` is in the documentation but not in the schema.
    Modality {
        Unknown = "unknown", Audio = "audio", Video = "video", VideoBasedScreenSharing = "videoBasedScreenSharing",
        Data = "data", ScreenSharing = "screenSharing", UnknownFutureValue = "unknownFutureValue",
    }
    /// The connection an endpoint used. `tunnel` is a VPN.
    ConnectionType {
        Unknown = "unknown", Wired = "wired", Wifi = "wifi", Mobile = "mobile", Tunnel = "tunnel",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// Transport protocol of the media.
    TransportProtocol { Unknown = "unknown", Udp = "udp", Tcp = "tcp", UnknownFutureValue = "unknownFutureValue", }
    /// Client product. `azureCommunicationServices` comes after `unknownFutureValue` in the schema and is sent only if
    /// the request asks for unknown members.
    ProductFamily {
        Unknown = "unknown", Teams = "teams", SkypeForBusiness = "skypeForBusiness", Lync = "lync",
        UnknownFutureValue = "unknownFutureValue", AzureCommunicationServices = "azureCommunicationServices",
    }
    /// The kind of service that answered.
    ServiceRole {
        Unknown = "unknown", CustomBot = "customBot",
        SkypeForBusinessMicrosoftTeamsGateway = "skypeForBusinessMicrosoftTeamsGateway",
        SkypeForBusinessAudioVideoMcu = "skypeForBusinessAudioVideoMcu",
        SkypeForBusinessApplicationSharingMcu = "skypeForBusinessApplicationSharingMcu",
        SkypeForBusinessCallQueues = "skypeForBusinessCallQueues",
        SkypeForBusinessAutoAttendant = "skypeForBusinessAutoAttendant", MediationServer = "mediationServer",
        MediationServerCloudConnectorEdition = "mediationServerCloudConnectorEdition",
        ExchangeUnifiedMessagingService = "exchangeUnifiedMessagingService", MediaController = "mediaController",
        ConferencingAnnouncementService = "conferencingAnnouncementService",
        ConferencingAttendant = "conferencingAttendant",
        AudioTeleconferencerController = "audioTeleconferencerController",
        SkypeForBusinessUnifiedCommunicationApplicationPlatform = "skypeForBusinessUnifiedCommunicationApplicationPlatform",
        ResponseGroupServiceAnnouncementService = "responseGroupServiceAnnouncementService", Gateway = "gateway",
        SkypeTranslator = "skypeTranslator", SkypeForBusinessAttendant = "skypeForBusinessAttendant",
        ResponseGroupService = "responseGroupService", Voicemail = "voicemail",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// A user's answer to "how was your call?", from 0 to 5 as words.
    FeedbackRating {
        NotRated = "notRated", Bad = "bad", Poor = "poor", Fair = "fair", Good = "good", Excellent = "excellent",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// Codec of a video or screen-sharing stream.
    VideoCodec {
        Unknown = "unknown", Invalid = "invalid", Av1 = "av1", H263 = "h263", H264 = "h264", H264s = "h264s",
        H264uc = "h264uc", H265 = "h265", Rtvc1 = "rtvc1", RtVideo = "rtVideo", Xrtvc1 = "xrtvc1",
        UnknownFutureValue = "unknownFutureValue",
    }
    /// Wi-Fi band. There is no 6 GHz member: `frequency60GHz` is the third one.
    WifiBand {
        Unknown = "unknown", Frequency24GHz = "frequency24GHz", Frequency50GHz = "frequency50GHz",
        Frequency60GHz = "frequency60GHz", UnknownFutureValue = "unknownFutureValue",
    }
    /// Wi-Fi generation.
    WifiRadioType {
        Unknown = "unknown", Wifi80211a = "wifi80211a", Wifi80211b = "wifi80211b", Wifi80211g = "wifi80211g",
        Wifi80211n = "wifi80211n", Wifi80211ac = "wifi80211ac", Wifi80211ax = "wifi80211ax",
        UnknownFutureValue = "unknownFutureValue",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_member_is_kept_as_received() {
        let platform = ClientPlatform::from_text("visionOS");
        assert_eq!(platform, Field::Value(ClientPlatform::Other("visionOS".into())));
        let platform = platform.value().expect("a value");
        assert_eq!((platform.as_str(), platform.is_known()), ("visionOS", false));
    }

    #[test]
    fn capitals_do_not_matter() {
        assert_eq!(ClientPlatform::from_text("Windows"), Field::Value(ClientPlatform::Windows));
        assert_eq!(AudioCodec::from_text("xmsRTA"), Field::Value(AudioCodec::XmsRta));
    }

    #[test]
    fn unknown_is_a_word_and_not_a_missing_value() {
        assert_eq!(ConnectionType::from_text("unknown"), Field::Value(ConnectionType::Unknown));
    }
}
