"""The commands `shape-tags ...`: how shapes are made."""

from __future__ import annotations

import shlex
from typing import Any, get_args

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read
from flowhost_plugins.catalogue.commands.items import AS_JSON
from flowhost_plugins.catalogue.records import MediaType, ShapeTag


@click.group("shape-tags", invoke_without_command=True)
@AS_JSON
@takes_catalogue
@click.pass_context
def shape_tags_command(context: click.Context, *, as_json: bool) -> None:
    """List the shape tags that can be transcoded to."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.shape_tags()
    if as_json:
        flowhost.print_json(found)
        return
    rows = [
        (one.name, one.media_type, one.container, one.video_codec, one.audio_codec, shlex.join(one.arguments))
        for one in found
    ]
    flowhost.print_table(("Tag", "For", "Container", "Video codec", "Audio codec", "More for ffmpeg"), rows)


@shape_tags_command.command("set")
@click.argument("name")
@click.option(
    "--media-type", type=click.Choice(get_args(MediaType)), required=True, help="Of the items it is made of."
)
@click.option("--container", required=True, help="ffmpeg's name of the format, as mp4.")
@click.option("--suffix", required=True, help="Of the files, with its dot.")
@click.option("--video-codec", default="", help="ffmpeg's name of the encoder, as libx264.")
@click.option("--audio-codec", default="", help="ffmpeg's name of the encoder, as aac.")
@click.option("--width", type=int, metavar="PIXELS", help="At most.")
@click.option("--height", type=int, metavar="PIXELS", help="At most.")
@click.option("--video-bit-rate", type=int, metavar="BITS", help="A second.")
@click.option("--audio-bit-rate", type=int, metavar="BITS", help="A second.")
@click.option("--channels", type=int, help="Of the sound.")
@click.option("--sample-rate", type=int, metavar="HERTZ", help="Of the sound.")
@click.option("--arguments", default="", metavar="TEXT", help="More output options of ffmpeg, as '-crf 20'.")
@takes_catalogue
def set_command(name: str, arguments: str, **values: Any) -> None:
    """Keep how shapes of a tag are made, in the place of what there was."""
    try:
        words = tuple(shlex.split(arguments))
    except ValueError as error:
        raise flowhost.ConfigError(f"--arguments {arguments!r} cannot be read: {error}") from error
    with to_change() as catalogue:
        catalogue.set_shape_tag(ShapeTag(name, arguments=words, **values))


@shape_tags_command.command("remove")
@click.argument("name")
@takes_catalogue
def remove_tag_command(name: str) -> None:
    """Forget a shape tag that was set. One that every catalogue has is as before then."""
    with to_change() as catalogue:
        if not catalogue.remove_shape_tag(name):
            raise flowhost.Permanent(f"no shape tag {name!r} was set")
