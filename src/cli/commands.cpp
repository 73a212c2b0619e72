// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "commands_p.h"

#include "listen_p.h"
#include "messages_p.h"
#include "serve_p.h"
#include "single_p.h"
#include "topics_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

constexpr OptionSet general = Option::Help | Option::Version;
constexpr OptionSet connecting =
    general | Option::Codec | Option::Compress | Option::Payload | Option::Timeout | Option::Retry;
constexpr OptionSet answering = Option::Echo | Option::Reply | Option::String;

} // namespace

const std::array<Command, 8> &commands()
{
    static const std::array<Command, 8> all = {{
        {"serve"_L1, "PATH"_L1, Arity::None, Arity::None,
         answering | Option::Interactive | Option::Codec | Option::Compress | Option::Timeout
             | general,
         serve, "run a server, and print what happens"_L1,
         R"(Runs a server at PATH until it is ended (Ctrl+C, SIGTERM, SIGHUP) or nobody
reads its output; then it says goodbye to the clients and exits. Each event is
printed as a JSON object: ready, connected, message, request, subscribed,
unsubscribed, disconnected, error, closed. With --echo or --reply, requests are
answered; without, the client is told that nobody answers.

With --interactive, each line of standard input is one of these commands, and
its result is printed:
  {"broadcast":VALUE}          send to all clients
  {"survey":VALUE}             ask all clients, and collect their answers
  {"publish":[TOPIC,VALUE]}    send to the subscribers of the topic
  {"send":[ID,VALUE]}          send to one client
  {"request":[ID,VALUE]}       ask one client
  {"close":{}}                 say goodbye and exit
  {"closeForRestart":{}}       the same, and ask the clients to come back)"_L1,
         R"(  qipc serve demo --echo
  qipc serve /run/user/1000/demo.sock --reply '{"ok":true}'
  qipc serve demo --interactive)"_L1},

        {"listen"_L1, "PATH"_L1, Arity::None, Arity::None, answering | connecting, listen,
         "print what a server sends"_L1,
         R"(Connects, and prints each message and each request that the server sends, until
the server ends, this is ended (Ctrl+C, SIGTERM, SIGHUP), or nobody reads its
output. With --echo or --reply, requests are answered; without, the server is
told that nobody answers.)"_L1,
         R"(  qipc listen demo
  qipc listen demo --payload '{"name":"watcher"}' | jq .
  qipc listen demo | head -1
  qipc listen demo --retry --echo)"_L1},

        {"send"_L1, "PATH JSON..."_L1, Arity::None, Arity::Some, Option::String | connecting, send,
         "send messages to a server"_L1,
         R"(Sends each JSON value as a message, and exits when all of them are on their way.
Use 'qipc request' to know that the server has handled one.)"_L1,
         R"(  qipc send demo '{"temperature":21.5}' '[1,2,3]' null
  qipc send demo --string hello
  date | qipc send demo --string -
  qipc send demo -- -1)"_L1},

        {"request"_L1, "PATH JSON"_L1, Arity::None, Arity::One, Option::String | connecting,
         request, "ask a server, and print its answer"_L1,
         R"(Sends the JSON value as a request, and prints the answer, as JSON. An answer
without a value prints nothing.)"_L1,
         R"(  qipc request demo '{"get":"time"}'
  qipc request demo --string time --timeout 500
  qipc request demo - < question.json)"_L1},

        {"ping"_L1, "PATH"_L1, Arity::None, Arity::None, Option::Count | connecting, ping,
         "measure round trips to a server"_L1,
         R"(Prints how long each round trip took, in milliseconds, and then the shortest,
the median and the longest.)"_L1,
         R"(  qipc ping demo
  qipc ping demo -c 1000 | tail -1)"_L1},

        {"subscribe"_L1, "PATH TOPIC..."_L1, Arity::Some, Arity::None, connecting, subscribe,
         "print what is published to topics"_L1,
         R"(Prints {"topic":TOPIC,"message":VALUE} for all that is published to the topics,
until the server ends, this is ended (Ctrl+C, SIGTERM, SIGHUP), or nobody reads
its output.)"_L1,
         R"(  qipc subscribe demo weather news
  qipc subscribe demo weather --retry)"_L1},

        {"publish"_L1, "PATH TOPIC JSON"_L1, Arity::One, Arity::One, Option::String | connecting,
         publish, "publish a message to a topic"_L1,
         R"(Publishes the JSON value to all who have subscribed to the topic. It is no error
if there are none.)"_L1,
         R"(  qipc publish demo weather '{"temperature":21.5}'
  qipc publish demo news --string 'It rains.')"_L1},

        {"single"_L1, "ID [-- ARG...]"_L1, Arity::Any, Arity::None,
         Option::OnActivate | Option::Wait | Option::Scope | Option::Directory | Option::Payload
             | Option::Timeout | general,
         single, "be the one running instance, or hand over to it"_L1,
         R"(The first start with an ID becomes the primary: it prints a ready event, and an
activated event for each later start with the same ID, until it is ended
(Ctrl+C, SIGTERM, SIGHUP) or nobody reads its output. A later start hands its
ARGs over and exits once they are taken; with --wait, once the primary is done
with them. What the primary answers is its exit status.

With --on-activate, the primary runs CMD by the shell for each start, with the
ARGs as "$@", in the folder and with the activation token of that start. A start
that waits exits as CMD does, every other one with 0. CMD runs for the primary's
own ARGs too; a -- with nothing behind it is a start without any. CMD has no
input and no terminal, and prints to standard error. It goes on when the primary
is stopped; those who wait for it then exit with 5.

With --directory, there is one primary for each DIR, such as that of a profile:
a folder of yours that nobody else may write to. It is made if it is missing.

CMD gets names that are not UTF-8 as they are. In the events they stand with
U+FFFD for what is no text, and as bytes in argumentBytes (all arguments) and
workingDirectoryBytes, which are left out if everything is UTF-8.

--timeout is for the primary to respond; what --wait waits for may take longer.
Where the primary dies, a start that still waits becomes the primary.)"_L1,
         R"(  qipc single org.example.notes -- todo.txt
  qipc single org.example.view --on-activate 'feh -- "$@"' -- *.png
  qipc single org.example.edit --wait -- letter.txt && echo saved)"_L1},
    }};
    return all;
}

QStringList commandNames()
{
    QStringList names(helpCommand);
    for (const Command &command : commands())
        names.append(command.name);
    return names;
}

const Command *findCommand(QStringView name)
{
    const auto &all = commands();
    const auto found = std::find_if(
        all.begin(), all.end(), [name](const Command &command) { return command.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace qipc::cli
