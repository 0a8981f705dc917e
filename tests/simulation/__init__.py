"""The protocol in virtual time: whole hubs, clients and a carrier in one process, thousands of worlds, none alike.

A *seed* is a world: two hubs over one database, a few customers, operators and Telegram chats, some seconds of life
with faults, then calm. Everything that is chosen comes from the seed, so a seed that fails fails again::

    python -m tests.simulation --seed 372              # live through one world, with a readable trace
    python -m tests.simulation --seeds 0 1500          # many, in two processes
    python -m tests.simulation --bug "two in flight"   # plant a bug and look until a rule is broken
    python -m tests.simulation --bugs                  # what can be planted
    python -m tests.simulation --report                # all of it, into docs/reliability.md

What is real: the hub from ``hub.app.build_app`` on (namespaces, dispatcher, journal, snapshots, sweeper, duties, feed,
digest, presenter, python-socketio with its frames and rooms), and the storage's memory twin. What stands in:

=============  ====================================================================================================
``loop``       an event loop whose time jumps to the next timer; the seed mixes what runs at one moment; a killed
               process never runs again (no ``finally``, as after kill -9)
``network``    TCP connections as wires with latency, spikes, cuts (noticed at once or late), doubled events;
               ``connecting`` is the clients' end of them
``database``   what becomes of batches (applied, lost, applied late, not seen by a majority yet), outages;
               ``storage_link`` is each hub's way there: it may be cut off alone, and its change stream end and forget
``hub``        a hub as a process with a clock that is wrong, and a bot that is slow, fails and hands over
``people``     customers and operators with the reference client (``tests.clients``), reloaded at any moment
``carrier``    the Telegram side, crashing, repeating its updates, delivering what is owed
``climate``    which of the faults there are in a seed, and how often
``living``     one seed: ``furnishing``, life with ``harm``, calm, judgement
``checking``   the rules, judged afterwards from the clients' own logs and the database
``bugs``       ways to break the system, each of which the checker must catch
``traces``     lives of clients, recorded for the widget's and the panel's own tests to replay
=============  ====================================================================================================

A new rule is a generator in ``checking``; a new fault is a field of ``Climate`` and a line in ``harm`` or ``database``;
a new bug is an entry in ``bugs``. When a rule is broken, ``--seed`` prints every packet in order: look for the last
moment at which all was well, then narrow it with a test of the part itself.
"""
