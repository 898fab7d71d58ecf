// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

/// The bottom line: findings, what the file is, and the job that runs. Every place is kept when it is empty, so that
/// nothing moves when a job starts or ends.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(QWidget *parent = nullptr);

    QPushButton *findingsButton() const { return m_findings; }
    void setFindings(int warnings, int all);
    void setFileText(const QString &text);
    /// Show a job by name; `cancellable` jobs offer to stop.
    void startJob(const QString &name, bool cancellable);
    void setProgress(qint64 done, qint64 total);
    void endJob();
    /// Say how a job ended, in its place, until the next one starts.
    void say(const QString &sentence);

Q_SIGNALS:
    void cancelRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QPushButton *m_findings;
    QLabel *m_file;
    QLabel *m_job;
    QProgressBar *m_bar;
    QLabel *m_share;
    QPushButton *m_cancel;
    bool m_isSaying = false;
};
