// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "single_p.h"

#include "json_p.h"
#include "options_p.h"
#include "output_p.h"
#include "outputwatch_p.h"
#include "shellcommand_p.h"
#include "terminationsignals_p.h"

#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>

#include <algorithm>
#include <limits>
#include <optional>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using Role = IPCSingleInstance::Role;

namespace qipc::cli {

namespace {

[[nodiscard]] StartContext contextOf(const IPCActivation &activation)
{
    return {activation.arguments(),        activation.argumentBytes(),
            activation.workingDirectory(), activation.workingDirectoryBytes(),
            activation.activationToken(),  activation.startupId()};
}

[[nodiscard]] StartContext ownContext(const Options &options)
{
    return contextOf(IPCActivation::ofThisProcess(options.words));
}

[[nodiscard]] bool isNoUtf8(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes).toUtf8() != bytes;
}

// JSON holds text only: of what is not UTF-8, the bytes stand beside it.
void addArguments(JsonLine &line, const StartContext &start)
{
    line.add(u"arguments", start.arguments);
    const auto &all = start.argumentBytes;
    if (std::any_of(all.cbegin(), all.cend(), isNoUtf8))
        line.add(u"argumentBytes", QVariantList(all.cbegin(), all.cend()));
}

void addFolder(JsonLine &line, const StartContext &start)
{
    line.add(u"workingDirectory", start.workingDirectory);
    if (isNoUtf8(start.workingDirectoryBytes))
        line.add(u"workingDirectoryBytes", start.workingDirectoryBytes);
}

void addStart(JsonLine &line, const StartContext &start)
{
    const auto known = [](const QByteArray &text) {
        return text.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(text));
    };
    addArguments(line, start);
    addFolder(line, start);
    line.add(u"activationToken", known(start.activationToken))
        .add(u"startupId", known(start.startupId));
}

void printReady(const StartContext &own)
{
    JsonLine line;
    line.add(u"event", u"ready"_s);
    addStart(line, own);
    line.print();
}

void printActivated(const IPCActivation &activation)
{
    const IPCCredentials who = activation.credentials();
    const auto known = [](qint64 id) { return id < 0 ? QVariant() : QVariant(id); };
    JsonLine line;
    line.add(u"event", u"activated"_s);
    addStart(line, contextOf(activation));
    line.add(u"payload", activation.payload())
        .add(u"pid", known(who.pid()))
        .add(u"uid", known(who.uid()))
        .print();
}

//! What the tool does as the primary.
class Primary : public QObject
{
public:
    Primary(IPCSingleInstance &instance, const Options &options);
    //! Those that still wait are told that they do so in vain: else they would hand over to the
    //! next primary, and CMD would run again.
    ~Primary() override;
    Q_DISABLE_COPY_MOVE(Primary)

private:
    void begin();
    void take(const IPCActivation &activation);

    IPCSingleInstance &m_instance;
    const Options &m_options;
    QList<IPCActivation> m_waiting;
};

Primary::Primary(IPCSingleInstance &instance, const Options &options)
    : m_instance(instance)
    , m_options(options)
{
    // From inside the event loop, for only there it can be told to end.
    QMetaObject::invokeMethod(this, &Primary::begin, Qt::QueuedConnection);
}

Primary::~Primary()
{
    for (const IPCActivation &activation : std::as_const(m_waiting))
        activation.exit(int(ExitStatus::Lost));
}

void Primary::begin()
{
    const StartContext own = ownContext(m_options);
    printReady(own);
    if (m_options.hasWords && !m_options.onActivate.isEmpty())
        runByShell(m_options.onActivate, own, [](int) {});
    connect(&m_instance, &IPCSingleInstance::activated, this, &Primary::take);
}

void Primary::take(const IPCActivation &activation)
{
    printActivated(activation);
    if (m_options.onActivate.isEmpty())
        return;
    m_waiting.removeIf([](const IPCActivation &earlier) { return !earlier.isPending(); });
    m_waiting.append(activation);
    runByShell(m_options.onActivate, contextOf(activation),
               [activation](int status) { activation.exit(status); });
}

//! Leaves no \a instance.
[[nodiscard]] ExitStatus runPrimary(std::optional<IPCSingleInstance> &instance,
                                    const Options &options)
{
    const TerminationSignals signal;
    const OutputWatch watch;
    QObject::connect(&*instance, &IPCSingleInstance::errorOccurred, &*instance,
                     [](const IPCError &error) { complain(error.message()); });
    std::optional<Primary> primary(std::in_place, *instance, options);
    QObject::connect(&signal, &TerminationSignals::received, &*primary,
                     [] { QCoreApplication::exit(int(ExitStatus::Done)); });
    const auto status = ExitStatus(QCoreApplication::exec());
    primary.reset();
    instance.reset();
    JsonLine().add(u"event", u"closed"_s).print();
    return status;
}

[[nodiscard]] milliseconds timeoutOf(const Options &options)
{
    constexpr milliseconds longest{std::numeric_limits<int>::max()};
    const milliseconds timeout = options.timeout.value_or(10s);
    return timeout == 0ms ? longest : timeout;
}

[[nodiscard]] ExitStatus unresponsive(const QString &text)
{
    complain(text % "; end that process, or wait longer with --timeout"_L1);
    return ExitStatus::Unresponsive;
}

[[nodiscard]] ExitStatus failed(const IPCError &error)
{
    complain(error.message());
    return exitStatus(error.code());
}

[[nodiscard]] ExitStatus handOver(std::optional<IPCSingleInstance> &instance,
                                  const Options &options, const QDeadlineTimer &deadline)
{
    // What is left, and not 0, which were for ever.
    const auto left =
        std::max(std::chrono::ceil<milliseconds>(deadline.remainingTimeAsDuration()), 1ms);
    const IPCResult<int> code = options.wait
        ? instance->handOver(options.words, 0ms)
        : instance->handOver(options.words, left, IPCSingleInstance::Until::Taken);
    if (code)
        return ExitStatus(*code);
    if (instance->role() == Role::Primary)
        return runPrimary(instance, options);
    if (instance->role() == Role::Failed)
        return failed(instance->error());
    if (code.error().code() == IPCError::Code::TimedOut) {
        return unresponsive("the primary of '"_L1 % options.target
                            % "' did not take over within "_L1
                            % QString::number(timeoutOf(options).count()) % " ms"_L1);
    }
    return failed(code.error());
}

} // namespace

ExitStatus single(const Options &options)
{
    if (options.target.isEmpty()) {
        complain("ID is empty; it is the name of a program, such as org.example.viewer"_L1);
        return ExitStatus::BadUsage;
    }
    const QDeadlineTimer deadline(timeoutOf(options));
    std::optional<IPCSingleInstance> instance(std::in_place, options.target);
    instance->setScope(options.scope);
    instance->setDirectory(options.directory);
    instance->setPayload(options.payload);
    switch (instance->start(timeoutOf(options))) {
    case Role::Primary:
        return runPrimary(instance, options);
    case Role::Secondary:
        return handOver(instance, options, deadline);
    case Role::Unresponsive:
        return unresponsive(instance->error().message());
    case Role::Failed:
        return failed(instance->error());
    case Role::None:
        break;
    }
    Q_UNREACHABLE();
    return ExitStatus::NoServer;
}

} // namespace qipc::cli
