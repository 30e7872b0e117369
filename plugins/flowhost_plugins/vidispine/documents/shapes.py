"""Shapes, what is in them, and files."""

from __future__ import annotations

from typing import Any, ClassVar

from flowhost_plugins.vidispine.documents.document import Document, ListDocument, Many, Text
from flowhost_plugins.vidispine.documents.lists import KeyValue, SimpleMetadata


class Rational(Document):
    """A fraction."""

    numerator: int
    denominator: int


class Time(Document):
    """A length or a point in time: how many samples, of which length."""

    samples: int
    time_base: Rational


class Resolution(Document):
    """The size of a picture, in pixels."""

    width: int | None = None
    height: int | None = None


class FileComponent(Document):
    """A component that a file belongs to."""

    id: Text


class FileShape(Document):
    """A shape that a file belongs to."""

    id: Text
    component: Many[FileComponent] = []


class FileItem(Document):
    """An item that a file belongs to."""

    id: Text
    shape: Many[FileShape] = []


class File(Document):
    """A file in a storage. Its size is -1 while it is unknown."""

    xml_root: ClassVar[str] = "FileDocument"

    id: Text
    path: Text = ""
    uri: Many[Text] = []
    state: Text = ""
    size: int | None = None
    hash: Text | None = None
    timestamp: Text | None = None
    refresh_flag: int | None = None
    storage: Text | None = None
    metadata: SimpleMetadata | None = None
    item: Many[FileItem] = []


class FileList(ListDocument):
    """Files, of one storage or one shape."""

    xml_root: ClassVar[str] = "FileListDocument"

    file: Many[File] = []


class MediaInfo(Document):
    """What the tool MediaInfo says of a component."""

    property: Many[KeyValue] = []


class Component(Document):
    """The container of a shape, or one of the streams in it."""

    id: Text | None = None
    file: Many[File] = []
    format: Text | None = None
    codec: Text | None = None
    duration: Time | None = None
    bitrate: int | None = None
    resolution: Resolution | None = None
    width: int | None = None
    height: int | None = None
    pixel_format: Text | None = None
    average_frame_rate: Rational | None = None
    real_base_frame_rate: Rational | None = None
    time_base: Rational | None = None
    channel_count: int | None = None
    sample_rate: int | None = None
    frame_size: int | None = None
    media_info: MediaInfo | None = None
    metadata: Many[Any] = []

    @property
    def measured(self) -> dict[str, int]:
        """The whole numbers among what MediaInfo says of it."""
        pairs = self.media_info.property if self.media_info else []
        return {one.key: int(one.value) for one in pairs if one.value.isdecimal()}


class Shape(Document):
    """A rendition of an item."""

    xml_root: ClassVar[str] = "ShapeDocument"

    id: Text
    essence_version: int | None = None
    tag: Many[Text] = []
    mime_type: Many[Text] = []
    created: Text | None = None
    container_component: Component | None = None
    video_component: Many[Component] = []
    audio_component: Many[Component] = []
    binary_component: Many[Component] = []
    subtitle_component: Many[Component] = []
    descriptor_component: Many[Component] = []
    metadata: Any = None

    @property
    def components(self) -> list[Component]:
        """All of them, the container first."""
        container = [self.container_component] if self.container_component is not None else []
        streams = [*self.video_component, *self.audio_component, *self.binary_component]
        return [*container, *streams, *self.subtitle_component, *self.descriptor_component]

    @property
    def files(self) -> list[File]:
        """The files of all components, each once."""
        return list({file.id: file for part in self.components for file in part.file}.values())


class ShapeList(Document):
    """Shapes."""

    xml_root: ClassVar[str] = "ShapeListDocument"

    shape: Many[Shape] = []


class Scaling(Document):
    """The size a picture is scaled to."""

    width: int | None = None
    height: int | None = None


class PresetVideo(Document):
    """How pictures are coded."""

    codec: Text | None = None
    bitrate: int | None = None
    scaling: Scaling | None = None
    resolution: Resolution | None = None
    framerate: Any = None
    preset: Many[Text] = []
    profile: Many[Text] = []
    setting: Many[Any] = []


class PresetAudio(Document):
    """How sound is coded."""

    codec: Text | None = None
    bitrate: int | None = None
    channel: Many[int] = []
    framerate: Rational | None = None
    preset: Many[Text] = []


class ShapeTag(Document):
    """How shapes of a tag are made: a transcode preset."""

    xml_root: ClassVar[str] = "TranscodePresetDocument"

    name: Text | None = None
    description: Text | None = None
    format: Text | None = None
    audio: PresetAudio | None = None
    video: PresetVideo | None = None
