"""An operating system's scheduler, in the manner of Richards' benchmark.

Tasks of four kinds pass packets through queues; the run is deterministic and
the counts of scheduled, held and finished work are the checksum.
"""

SIZE = 110
SMALL = 1

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
KIND_DEVICE, KIND_WORK = range(2)
BUFFER = 4


class Packet:
    def __init__(self, next_packet, owner, kind):
        self.next = next_packet
        self.owner = owner
        self.kind = kind
        self.number = 0
        self.data = [0] * BUFFER


def append(packet, queue):
    packet.next = None
    if queue is None:
        return packet
    last = queue
    while last.next is not None:
        last = last.next
    last.next = packet
    return queue


class Task:
    def __init__(self, system, ident, priority, queue):
        self.system = system
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.held = False
        self.waiting = queue is None
        self.following = system.tasks
        system.tasks = self
        system.table[ident] = self

    def runnable(self):
        return not self.held and (not self.waiting or self.queue is not None)

    def take(self):
        packet = self.queue
        if packet is not None:
            self.queue = packet.next
            self.waiting = False
        return packet

    def add_packet(self, packet, current):
        was_empty = self.queue is None
        self.queue = append(packet, self.queue)
        if was_empty and self.priority > current.priority:
            return self
        return current

    def wait(self):
        self.waiting = True
        return self


class IdleTask(Task):
    def __init__(self, system, count):
        super().__init__(system, IDLE, 0, None)
        self.waiting = False
        self.seed = 1
        self.count = count

    def step(self, _packet):
        self.count -= 1
        if self.count == 0:
            return self.system.hold(self)
        if self.seed & 1:
            self.seed = self.seed >> 1 ^ 0xD008
            return self.system.release(DEVICE_B)
        self.seed >>= 1
        return self.system.release(DEVICE_A)


class DeviceTask(Task):
    def __init__(self, system, ident, priority):
        super().__init__(system, ident, priority, None)
        self.pending = None

    def step(self, packet):
        if packet is None:
            if self.pending is None:
                return self.wait()
            packet, self.pending = self.pending, None
            return self.system.queue_packet(packet)
        self.pending = packet
        return self.system.hold(self)


class HandlerTask(Task):
    def __init__(self, system, ident, priority, queue):
        super().__init__(system, ident, priority, queue)
        self.work = None
        self.devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == KIND_WORK:
                self.work = append(packet, self.work)
            else:
                self.devices = append(packet, self.devices)
        work = self.work
        if work is None:
            return self.wait()
        if work.number >= BUFFER:
            self.work = work.next
            return self.system.queue_packet(work)
        device = self.devices
        if device is None:
            return self.wait()
        self.devices = device.next
        device.number = work.data[work.number]
        work.number += 1
        return self.system.queue_packet(device)


class WorkerTask(Task):
    def __init__(self, system, priority, queue):
        super().__init__(system, WORKER, priority, queue)
        self.destination = HANDLER_A
        self.letter = 0

    def step(self, packet):
        if packet is None:
            return self.wait()
        self.destination = HANDLER_B if self.destination == HANDLER_A else HANDLER_A
        packet.owner = self.destination
        packet.number = 0
        for i in range(BUFFER):
            self.letter = self.letter % 26 + 1
            packet.data[i] = ord("A") + self.letter - 1
        return self.system.queue_packet(packet)


class System:
    def __init__(self):
        self.tasks = None
        self.table = [None] * 6
        self.current = None
        self.queued = 0
        self.held = 0
        self.steps = 0

    def hold(self, task):
        self.held += 1
        task.held = True
        return task.following

    def release(self, ident):
        task = self.table[ident]
        task.held = False
        if task.priority > self.current.priority:
            return task
        return self.current

    def queue_packet(self, packet):
        target = self.table[packet.owner]
        self.queued += 1
        packet.next = None
        packet.owner = self.current.ident
        return target.add_packet(packet, self.current)

    def run(self):
        task = self.tasks
        while task is not None:
            if task.runnable():
                self.current = task
                self.steps += 1
                packet = task.take()
                task = task.step(packet)
            else:
                task = task.following


def simulate(idle_count):
    system = System()
    IdleTask(system, idle_count)
    packets = Packet(Packet(None, HANDLER_A, KIND_WORK), HANDLER_A, KIND_WORK)
    WorkerTask(system, 1000, packets)
    for ident, device, priority in ((HANDLER_A, DEVICE_A, 2000), (HANDLER_B, DEVICE_B, 3000)):
        queue = None
        for _ in range(3):
            queue = Packet(queue, device, KIND_DEVICE)
        HandlerTask(system, ident, priority, queue)
    DeviceTask(system, DEVICE_A, 4000)
    DeviceTask(system, DEVICE_B, 5000)
    system.run()
    return system


def run(n):
    queued = held = steps = 0
    for i in range(n):
        system = simulate(1000 + i % 3)
        queued += system.queued
        held += system.held
        steps += system.steps
    return f"{queued} {held} {steps}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("scheduler", n, run(n))
