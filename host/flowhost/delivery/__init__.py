"""From the source to the worker, with nothing lost: claims, retries, dead letters, redelivery."""

from flowhost.delivery.delivery import Delivery, Drained
from flowhost.delivery.retry_policy import RetryPolicy
from flowhost.delivery.tally import DeliveryStats, Failure

__all__ = ["Delivery", "DeliveryStats", "Drained", "Failure", "RetryPolicy"]
