"""A private ActiveMQ with a STOMP connector, on a loopback port and in a folder of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from xml.sax.saxutils import quoteattr

from flowhost.testing.private_broker import PrivateBroker

LIBRARIES = Path("/usr/share/activemq/lib")
"""Where Debian puts the broker's jars."""

_CONFIG = """\
<beans xmlns="http://www.springframework.org/schema/beans"
       xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       xsi:schemaLocation="http://www.springframework.org/schema/beans
                           http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
                           http://activemq.apache.org/schema/core
                           http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core"
          brokerName="flowhost" useJmx="false" dataDirectory={data}>
    <persistenceAdapter><kahaDB directory={store} journalMaxFileLength="32mb"/></persistenceAdapter>
    <plugins>
      <simpleAuthenticationPlugin><users>
        <authenticationUser username="flowhost" password={password} groups="all"/>
        <authenticationUser username="limited" password={password} groups="some"/>
        <authenticationUser username="back\\slash" password={password} groups="some"/>
      </users></simpleAuthenticationPlugin>
      <authorizationPlugin><map><authorizationMap><authorizationEntries>
        <authorizationEntry queue="&gt;" read="all" write="all" admin="all"/>
        <authorizationEntry queue="open.&gt;" read="all,some" write="all,some" admin="all,some"/>
        <authorizationEntry topic="&gt;" read="all,some" write="all,some" admin="all,some"/>
      </authorizationEntries></authorizationMap></map></authorizationPlugin>
    </plugins>
    <systemUsage><systemUsage>
      <storeUsage><storeUsage limit="2 gb"/></storeUsage><tempUsage><tempUsage limit="1 gb"/></tempUsage>
    </systemUsage></systemUsage>
    <transportConnectors><transportConnector name="stomp" uri="stomp://127.0.0.1:{port}"/></transportConnectors>
  </broker>
</beans>
"""
_PASSWORD = "to:be/encoded@%2B+ü"  # noqa: S105 - of a throw-away broker; every character that a URL must encode


def absent() -> str:
    """Why no broker can be started here; empty when one can."""
    if not LIBRARIES.exists():
        return f"no ActiveMQ at {LIBRARIES}; install the package activemq"
    return "" if shutil.which("java") else "no java on the PATH; install the package default-jre-headless"


class PrivateActiveMQ(PrivateBroker):
    r"""A broker with the users ``flowhost`` (everything), ``limited`` and ``back\slash``."""

    program = "ActiveMQ"
    limited_user = "limited"

    def __init__(self) -> None:
        super().__init__("flowhost", _PASSWORD)
        data, store = quoteattr(str(self.folder / "data")), quoteattr(str(self.folder / "kahadb"))
        config = _CONFIG.format(data=data, store=store, password=quoteattr(_PASSWORD), port=self.port)
        (self.folder / "activemq.xml").write_text(config)

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The broker's own launcher, without the scripts that want an installed instance."""
        jars = [jar for folder in (LIBRARIES, LIBRARIES / "optional") for jar in sorted(folder.glob("*.jar"))]
        home = [f"-Dactivemq.{folder}={self.folder}" for folder in ("home", "base", "conf", "data")]
        launcher = ["org.apache.activemq.console.Main", "start", f"xbean:file:{self.folder}/activemq.xml"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return ["java", "-Xmx1g", "-cp", os.pathsep.join(map(str, jars)), *home, *launcher], environment

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, waiting or not yet acknowledged; never more than 400."""
        with self.connect() as wire:
            wire.write("SUBSCRIBE", {"destination": queue, "id": "0", "browser": "true", "ack": "auto"})
            found = 0
            while "browser" not in wire.expect("MESSAGE")[0]:
                found += 1
            return found
