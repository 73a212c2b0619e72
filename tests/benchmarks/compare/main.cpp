// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Compares QIpc with other ways to talk between processes; see usage.

#include "peers/peer.h"
#include "report/json.h"
#include "report/table.h"
#include "roles/roles.h"
#include "rounds.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QThread>

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

using namespace Qt::StringLiterals;
using namespace compare;
using namespace std::chrono_literals;

namespace {

[[noreturn]] void refuse(const QString &what)
{
    std::fprintf(stderr, "compare: %s; see --help\n", qUtf8Printable(what));
    std::exit(2);
}

//! As many descriptors as the system lets us have: thousands of connections need them.
void raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

const Peer &peerNamed(const std::vector<Peer> &peers, const QString &name)
{
    for (const Peer &peer : peers) {
        if (peer.name == name && peer.missing.isEmpty())
            return peer;
    }
    refuse(u"there is no peer "_s + name);
}

bool hasGLib()
{
    const auto *dispatcher = QAbstractEventDispatcher::instance();
    return std::strstr(dispatcher->metaObject()->className(), "Glib") != nullptr;
}

//! What the command line asks for.
struct Options
{
    Effort effort;
    QStringList peers;
    QStringList works;
    QList<Dispatcher> dispatchers;
    QString json;
};

QList<Dispatcher> dispatchersNamed(const QString &name)
{
    if (name == u"qt")
        return {Dispatcher::Qt};
    if (name != u"glib" && name != u"both")
        refuse(u"there is no dispatcher "_s + name);
    if (!hasGLib()) {
        std::printf("This Qt was built without GLib's event dispatcher.\n");
        return {Dispatcher::Qt};
    }
    return name == u"glib" ? QList{Dispatcher::GLib} : QList{Dispatcher::Qt, Dispatcher::GLib};
}

QStringList listOf(const QString &text)
{
    return text.split(u',', Qt::SkipEmptyParts);
}

Options readOptions(const QStringList &names)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Makes QIpc and other ways to talk between processes do the same work, in rounds in\n"
        "which they take turns, and prints the medians, each with its ratio to QIpc's."_s);
    parser.addOptions({
        {u"quick"_s, u"Less of everything, and only Qt's own dispatcher: under a minute."_s},
        {u"peers"_s, u"Only these: "_s + names.join(u','), u"a,b"_s},
        {u"works"_s, u"Only these; an unknown one lists them."_s, u"a,b"_s},
        {u"dispatcher"_s, u"qt, glib or both (the default, qt with --quick)."_s, u"which"_s},
        {u"rounds"_s, u"How many rounds."_s, u"n"_s},
        {u"json"_s, u"Also write the figures there."_s, u"file"_s},
    });
    parser.addHelpOption();
    parser.process(*QCoreApplication::instance());
    if (!parser.positionalArguments().isEmpty())
        refuse(u"no idea what %1 is for"_s.arg(parser.positionalArguments().constFirst()));

    Options options;
    options.effort.quick = parser.isSet(u"quick"_s);
    if (options.effort.quick) {
        options.effort.rounds = 3;
        options.effort.budget = 25ms;
    }
    if (parser.isSet(u"rounds"_s))
        options.effort.rounds = std::max(1, parser.value(u"rounds"_s).toInt());
    options.peers = listOf(parser.value(u"peers"_s));
    options.works = listOf(parser.value(u"works"_s));
    options.json = parser.value(u"json"_s);
    const QString standard = options.effort.quick ? u"qt"_s : u"both"_s;
    options.dispatchers =
        dispatchersNamed(parser.isSet(u"dispatcher"_s) ? parser.value(u"dispatcher"_s) : standard);
    return options;
}

std::vector<Contender> contenders(const std::vector<Peer> &peers, const Options &options)
{
    std::vector<Contender> contenders;
    for (const Dispatcher dispatcher : options.dispatchers) {
        for (const Peer &peer : peers) {
            const bool first = dispatcher == options.dispatchers.constFirst();
            const bool wanted = options.peers.isEmpty() || options.peers.contains(peer.name);
            if (peer.missing.isEmpty() && wanted && (peer.isQt || first))
                contenders.push_back({peer, dispatcher});
        }
    }
    return contenders;
}

std::vector<std::unique_ptr<Work>> worksNamed(const QStringList &names)
{
    auto all = allWorks(QCoreApplication::applicationDirPath() + u"/compare-codecs");
    if (names.isEmpty())
        return all;
    std::vector<std::unique_ptr<Work>> some;
    QStringList known;
    for (auto &work : all) {
        known << work->name();
        if (names.contains(known.constLast()))
            some.push_back(std::move(work));
    }
    for (const QString &name : names) {
        if (!known.contains(name))
            refuse(u"there is no work %1, but there are %2"_s.arg(name, known.join(u", ")));
    }
    return some;
}

void writeJson(const QString &path, const QJsonObject &figures)
{
    QFile file(path);
    const QByteArray text = QJsonDocument(figures).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush()) {
        std::fprintf(stderr, "compare: %s: %s\n", qUtf8Printable(path),
                     qUtf8Printable(file.errorString()));
        std::exit(1);
    }
}

//! What the figures were measured with.
QJsonObject about(const std::vector<Peer> &peers, const Options &options)
{
    QJsonObject missing;
    for (const Peer &peer : peers) {
        if (!peer.missing.isEmpty())
            missing.insert(peer.name, peer.missing);
    }
    return {{u"qt"_s, QString::fromLatin1(qVersion())},
            {u"cores"_s, QThread::idealThreadCount()},
            {u"rounds"_s, options.effort.rounds},
            {u"quick"_s, options.effort.quick},
            {u"missing"_s, missing}};
}

void compareAll(const std::vector<Peer> &peers, const Options &options)
{
    QElapsedTimer timer;
    timer.start();
    for (const Peer &peer : peers) {
        if (!peer.missing.isEmpty()) {
            std::printf("%s is missing: install %s\n", qUtf8Printable(peer.name),
                        qUtf8Printable(peer.missing));
        }
    }
    const auto all = contenders(peers, options);
    const auto works = worksNamed(options.works);
    std::printf("Medians of %d rounds. Less is better, except for what is done in a second.\n"
                "×n is the ratio to QIpc (without it, to the first) with the same dispatcher.\n",
                options.effort.rounds);

    Pairs pairs;
    QJsonObject figures{{u"about"_s, about(peers, options)}};
    for (const auto &work : works) {
        std::fflush(stdout);
        const Results results = runRounds(*work, all, pairs, options.effort);
        printTables(results);
        figures.insert(work->name(), toJson(results));
    }
    if (!options.json.isEmpty())
        writeJson(options.json, figures);
    std::printf("\nTook %lld s.\n", timer.elapsed() / 1000);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    raiseDescriptorLimit();
    const auto peers = allPeers();
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == u"--serve")
        serve(peerNamed(peers, arguments[2]), arguments[3]);
    if (arguments.size() == 4 && arguments[1] == u"--ask")
        ask(peerNamed(peers, arguments[2]), arguments[3]);

    QStringList names;
    for (const Peer &peer : peers)
        names << peer.name;
    compareAll(peers, readOptions(names));
    return 0;
}
