"""One table: whatever someone looks up or waits for. `org` is the organisation; it starts every key.

| what                     | pk                         | sk                        | read by                          |
| ------------------------ | -------------------------- | ------------------------- | -------------------------------- |
| a resource               | org#id                     | @                         | id                               |
| its place on a list      | org#@list                  | id (sorts by creation)    | list, oldest first               |
| a key's last use         | org#key id                 | used                      | key id                           |
| a name that is taken     | org#@name                  | name                      | create (condition)               |
| a posted log             | org#log id                 | log                       | id                               |
| a log's place on a list  | org#@project id/logs       | moment, log id            | its project's list, newest first |
| and on another           | org#@session/…, @reference/… | moment, log id          | session id, reference id         |
| a dataset's head         | org#dataset id             | head                      | dataset id                       |
| a dataset's commit       | org#dataset id             | commit#sequence           | dataset id, in order             |
| a lane's fencing token   | org#evaluation id          | lane#lane                 | take_lane                        |
| a lane's rows in flight  | org#evaluation id          | flight#stage#lane         | note, noted                      |
| why a lane failed        | org#evaluation id          | failed#pass#lane          | evaluation id, pass              |
| a lane to be gone on with | org#evaluation id         | resting#pass#lane         | evaluation id, pass              |
| what a provider wants    | org#@limits                | account#hold, #denied#…   | account                          |
| a model's answer         | org#@answers project digit | request                   | the requests, many at once       |
| what an attempt spent    | org#evaluation id          | spent#attempt             | evaluation id                    |
| a chunk's outputs so far | org#evaluation id          | progress#generate#chunk   | evaluation id                    |
| a log of an evaluation   | org#evaluation id@rows#n   | log#ordinal               | evaluation id, in order          |
| a result                 | org#evaluation id@rows#n   | result#ordinal#version    | evaluation id, in order          |
| an evaluator's sums      | org#evaluation id          | aggregate#version         | evaluation id                    |
| a chunk's scores so far  | org#evaluation id          | progress#score#…          | evaluation id                    |

A hundred rows of an evaluation, from 100 n on, share the partition `@rows#n`.
A resource is its JSON in one attribute, with its revision beside it for compare-and-swap.
"""
